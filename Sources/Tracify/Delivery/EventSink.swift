//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// A destination of events: Tracify's endpoint, a file, a test's memory, or one of your own.
///
/// A ``Tracker`` hands batches to its sink, several at once as ``BatchConfiguration/maximumConcurrentDeliveries`` allows. They are in
/// wire form and hold nothing personal.
///
/// ## Implementing a sink
///
/// Deliver the whole batch or throw. A sink classifies a failure and does nothing about it: it does not retry, split or drop. That is
/// the tracker's, the same for every sink. An error that is not a ``DeliveryError`` counts as retryable.
///
/// ```swift
/// struct PrintingSink: EventSink {
///     func deliver(_ batch: EventBatch) async throws {
///         for event in batch {
///             print(event.type.rawValue, String(decoding: event.json, as: UTF8.self))
///         }
///     }
/// }
/// ```
///
/// A batch may be delivered again with the same event IDs: after an error, or when the tracker could not see whether it
/// arrived.
public protocol EventSink: Sendable {
    /// Delivers a batch as a whole.
    ///
    /// - Parameter batch: At least one event.
    /// - Throws: A ``DeliveryError`` that classifies the failure; `CancellationError` when the task is cancelled, which happens when
    ///   the tracker's shutdown deadline has passed.
    func deliver(_ batch: EventBatch) async throws

    /// Whether several trackers of the process may use the sink at the same time.
    ///
    /// `false` by default: a tracker shuts its sink down at its end, and another one could no longer deliver.
    /// ``Tracker`` therefore throws ``TrackerError/Code/sinkInUse`` for the sink of another tracker that has not ended. Only a class
    /// or an actor can be checked. Return `true` if the sink accepts batches of several trackers, also after ``shutdown()``.
    var isShareable: Bool { get }

    /// Closes files and connections.
    ///
    /// Called once, after the last delivery. Does nothing by default.
    func shutdown() async
}

extension EventSink {
    /// `false`.
    public var isShareable: Bool { false }

    /// Does nothing.
    public func shutdown() async {}
}
