//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// The settings of retries.
///
/// Exponential backoff with full jitter: the pause before the n-th retry is drawn evenly between zero and
/// `initialBackoff · 2ⁿ⁻¹`, at most ``maximumBackoff``, so that many servers that lost the same destination do not return at the same
/// moment. The destination's own request (`Retry-After`) replaces it, up to ``maximumRetryAfter``.
public struct RetryConfiguration: Sendable, Hashable {
    /// The upper limit of the first pause, 1 millisecond to 1 day.
    ///
    /// Default: 500 milliseconds.
    public var initialBackoff: Duration = .milliseconds(500)
    /// The upper limit of every pause, 1 millisecond to 1 day.
    ///
    /// Default: 60 seconds.
    public var maximumBackoff: Duration = .seconds(60)
    /// The longest pause that a destination can request, 1 millisecond to 1 day.
    ///
    /// Default: 15 minutes.
    public var maximumRetryAfter: Duration = .seconds(900)
    /// The number of failures of one event, while others are accepted, after which it becomes a dead letter, 3 to 1,000.
    ///
    /// It counts failures of any kind: a firewall in front of the destination may answer one event's content with an error for ever.
    /// While nothing is accepted, nothing is counted: an outage never makes a dead letter. Default: 16.
    public var maximumFailures = 16

    /// Creates the default settings.
    public init() {}

    /// Returns the pause before the next attempt, never longer than the limits.
    ///
    /// - Parameters:
    ///   - failures: The number of failures in a row, at least 1.
    ///   - retryAfter: The pause that the destination requests, if it does.
    ///   - jitter: A number from 0 to 1, drawn evenly.
    /// - Returns: The pause before the next attempt, never longer than the limits.
    package func pause(afterFailures failures: Int, retryAfter: Duration? = nil, jitter: Double) -> Duration {
        let doublings = min(max(failures - 1, 0), 30)
        let ceiling = min(self.maximumBackoff, self.initialBackoff * (1 << doublings))
        let drawn = ceiling * min(max(jitter, 0), 1)
        guard let retryAfter else { return drawn }
        // Jitter is added here, too, for the same reason.
        return min(self.maximumRetryAfter, max(.zero, retryAfter)) + min(drawn, .seconds(1))
    }

    /// Returns the upper limit of the pause after a number of failures in a row.
    func pause(afterFailures failures: Int) -> Duration {
        self.pause(afterFailures: failures, jitter: 1)
    }

    package static let allowedBackoff: ClosedRange<Duration> = .milliseconds(1) ... .seconds(86_400)

    func validate() throws(ValidationError) {
        try ValidationError.check(self.initialBackoff, in: Self.allowedBackoff, field: "retry.initialBackoff")
        try ValidationError.check(self.maximumBackoff, in: Self.allowedBackoff, field: "retry.maximumBackoff")
        try ValidationError.check(self.maximumRetryAfter, in: Self.allowedBackoff, field: "retry.maximumRetryAfter")
        try ValidationError.check(self.maximumFailures, in: 3...1000, field: "retry.maximumFailures", unit: "failures")
    }
}
