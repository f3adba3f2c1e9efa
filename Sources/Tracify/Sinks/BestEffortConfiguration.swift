//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// The limits of a best-effort branch of a ``MultiplexSink``.
///
/// A value out of range counts as the nearest one in it.
public struct BestEffortConfiguration: Sendable, Hashable {
    /// The maximum number of events that wait for the sink, 1 or more.
    ///
    /// When there are more, the oldest batches are dropped. The newest batch is kept even if it alone is larger. Default: 10,000.
    public var maximumQueuedEvents = 10_000
    /// The maximum number of retries of a batch after transient failures, 0 or more.
    ///
    /// Default: 5.
    public var maximumRetries = 5
    /// The pause before the first retry, 0 or more; each further pause is twice as long, up to 60 seconds.
    ///
    /// A pause that the destination requests replaces a shorter one, also up to 60 seconds. Default: 1 second.
    public var retryPause: Duration = .seconds(1)
    /// The time for which ``MultiplexSink/shutdown()`` delivers what waits, 0 or more.
    ///
    /// A ``Tracker`` shortens it to what its own delivery has left of its deadline; see ``ShutdownConfiguration/abandonDelay``.
    /// Default: 5 seconds.
    public var drainTimeout: Duration = .seconds(5)

    /// The longest pause between two attempts.
    private static let maximumPause: Duration = .seconds(60)

    /// Creates the default limits.
    public init() {}

    /// Returns the pause before a retry.
    ///
    /// - Parameters:
    ///   - retry: The number of the retry, at least 1.
    ///   - retryAfter: The pause that the destination requests, if it does.
    /// - Returns: The pause before the retry.
    func pause(beforeRetry retry: Int, retryAfter: Duration?) -> Duration {
        let doubled = min(Self.maximumPause, max(.zero, self.retryPause)) * (1 << min(max(retry - 1, 0), 16))
        return min(Self.maximumPause, max(doubled, retryAfter ?? .zero))
    }
}
