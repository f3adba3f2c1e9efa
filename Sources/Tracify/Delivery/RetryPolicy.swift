/// When a delivery that failed is tried again.
///
/// Exponential back-off with full jitter: before the n-th try after the first, a time between nothing and `base · 2ⁿ`, at most ``cap``,
/// drawn evenly, so that many servers that lost the same far end do not come back at the same moment. The far end's own wish
/// (`Retry-After`) goes before it, up to ``retryAfterCap``.
public struct RetryPolicy: Sendable, Hashable {
    /// What the first pause is drawn from, at most. Default: 500 milliseconds.
    public var base: Duration = .milliseconds(500)
    /// The longest pause. Default: 60 seconds.
    public var cap: Duration = .seconds(60)
    /// The longest pause that a far end can ask for. Default: 15 minutes.
    public var retryAfterCap: Duration = .seconds(900)
    /// How long an event that is kept in memory only is tried for, from its first failure. Default: 24 hours. What sits in an
    /// ``EventStore`` is tried for as long as it takes.
    public var memoryLimit: Duration = .seconds(86_400)

    /// The defaults.
    public init() {}

    /// The pause before the next try.
    ///
    /// - Parameters:
    ///   - failures: How many tries have failed in a row, at least 1.
    ///   - retryAfter: How long the far end asks to be left alone, if it does.
    ///   - jitter: A number from 0 to 1, drawn evenly.
    /// - Returns: The pause, never longer than the caps.
    public func pause(afterFailures failures: Int, retryAfter: Duration? = nil, jitter: Double) -> Duration {
        let doublings = min(max(failures - 1, 0), 30)
        let ceiling = min(self.cap, self.base * (1 << doublings))
        let drawn = ceiling * min(max(jitter, 0), 1)
        guard let retryAfter else { return drawn }
        // The jitter comes on top, for the same reason as without a wish.
        return min(self.retryAfterCap, max(.zero, retryAfter)) + min(drawn, .seconds(1))
    }

    func check() throws(InvalidValue) {
        for (duration, field) in [(self.base, "retry base"), (self.cap, "retry cap"), (self.retryAfterCap, "Retry-After cap")] {
            guard duration >= .milliseconds(1), duration <= .seconds(86_400) else {
                throw InvalidValue(field: field, code: .outOfRange, allowed: "0.001 to 86400 seconds")
            }
        }
        guard self.memoryLimit >= .zero else {
            throw InvalidValue(field: "memory limit", code: .outOfRange, allowed: "0 seconds or more")
        }
    }
}
