import Logging

/// Says in the log that events are lost, at once and then at most every ten seconds, with totals: a far end that is down for an
/// hour must not fill the disk.
struct FailureLog<C: Clock> where C.Duration == Duration {
    private let logger: Logger
    private let pause: Duration = .seconds(10)
    private var lastLine: C.Instant?
    private var lastFailure: DeliveryError?
    private var failedEvents = 0
    private var loggedDrops = 0

    init(logger: Logger) {
        self.logger = logger
    }

    mutating func add(_ failure: DeliveryError, events: Int, at now: C.Instant) {
        self.lastFailure = failure
        self.failedEvents += events
        self.logFailures(at: now)
    }

    /// Logs what was dropped since the last time, if it is time.
    mutating func report(_ statistics: TrackerStatistics, at now: C.Instant) {
        self.logFailures(at: now)
        let dropped = statistics.dropped()
        guard dropped > self.loggedDrops, self.isDue(now) else { return }
        var metadata: Logger.Metadata = ["dropped_total": "\(dropped)", "dropped_new": "\(dropped - self.loggedDrops)"]
        for reason in DropReason.allCases where statistics.dropped(reason) > 0 {
            metadata["dropped_\(reason.rawValue)"] = "\(statistics.dropped(reason))"
        }
        self.logger.warning("Events were dropped", metadata: metadata)
        self.loggedDrops = dropped
        self.lastLine = now
    }

    private mutating func logFailures(at now: C.Instant) {
        guard let failure = self.lastFailure, self.isDue(now) else { return }
        self.logger.error(
            "Delivery failed",
            metadata: [
                "kind": "\(failure.kind)",
                "reason": "\(failure.reason)",
                "events": "\(self.failedEvents)",
            ]
        )
        self.lastFailure = nil
        self.failedEvents = 0
        self.lastLine = now
    }

    private func isDue(_ now: C.Instant) -> Bool {
        guard let last = self.lastLine else { return true }
        return last.duration(to: now) >= self.pause
    }
}
