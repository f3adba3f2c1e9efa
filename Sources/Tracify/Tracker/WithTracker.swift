//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// Runs a tracker while a closure runs, delivers what the closure reported, and returns the closure's result.
///
/// For a process that ends soon, such as a command or a scheduled job:
///
/// ```swift
/// try await withTracker(tracker) { tracker in
///     try await tracker.orderPlaced(order, by: visit)
/// }
/// ```
///
/// When the closure has returned or thrown, the tracker accepts no more events, delivers the accepted ones and shuts its sink down.
/// What it cannot deliver in time stays in the ``EventStore``, or is counted and logged when there is none. A failed delivery is no
/// error of this function; see ``Tracker/statistics``.
///
/// A cancellation of the task reaches the closure. The tracker continues until the closure has ended, and then delivers within
/// ``ShutdownConfiguration/cancellationDeadline``.
///
/// In a process that is frozen instead of ended, such as a cloud function, call ``Tracker/flush(within:)`` after each invocation.
///
/// - Parameters:
///   - tracker: A tracker that has not been run.
///   - timeLimit: The time for which delivery continues after the closure has ended; the tracker's
///     ``ShutdownConfiguration/gracefulDeadline`` when `nil`. When it has passed, one more attempt within
///     ``ShutdownConfiguration/cancellationDeadline`` follows.
///   - isolation: The actor that the closure runs on; the caller's.
///   - body: The closure, which gets the tracker.
/// - Returns: The result of the closure.
/// - Throws: The error of the closure; ``TrackerError/Code/alreadyRunning`` before the closure is called.
@discardableResult
public func withTracker<Value>(
    _ tracker: Tracker,
    within timeLimit: Duration? = nil,
    isolation: isolated (any Actor)? = #isolation,
    _ body: (Tracker) async throws -> Value
) async throws -> Value {
    guard tracker.runState.start() else { throw TrackerError.alreadyRunning }
    // Not a child task: the closure may report events until it ends, although the task is cancelled or a service group shuts down.
    let run = Task { await tracker.deliverUntilClosed() }
    let result: Result<Value, any Error>
    do {
        result = .success(try await body(tracker))
    } catch {
        result = .failure(error)
    }
    await withTaskCancellationHandler {
        var closing = DeliveryQueue.Closing.gracefully
        if let timeLimit, !(await tracker.flush(within: timeLimit)) { closing = .byCancellation }
        tracker.intake.queue.close(closing)
        await run.value
    } onCancel: {
        tracker.intake.queue.close(.byCancellation)
    }
    return try result.get()
}
