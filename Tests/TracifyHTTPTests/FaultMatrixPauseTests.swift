#if TestKit
import Foundation
import Testing
import Tracify
import TracifyHTTP
import TracifyTesting

/// The far end says when it wants to be asked again.
@Suite(.timeLimit(.minutes(5)))
struct FaultMatrixPauseTests {
    @Test(arguments: [429, 503])
    func retryAfterInSecondsIsHonoured(status: Int) async throws {
        let start = ContinuousClock.now
        try await self.passes("status \(status), Retry-After: 1", .status(status, headers: [("Retry-After", "1")]))
        #expect(ContinuousClock.now - start >= .seconds(1))
    }

    @Test(arguments: [429, 503])
    func retryAfterAsADateIsHonoured(status: Int) async throws {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(secondsFromGMT: 0)
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        // Dates are in whole seconds.
        let date = Date(timeIntervalSince1970: (Date().timeIntervalSince1970 + 2).rounded(.down))
        let reply = CollectorReply.status(status, headers: [("Retry-After", formatter.string(from: date))])
        try await self.passes("status \(status), Retry-After: a date", reply)
        // Two clocks, which may differ a little.
        #expect(Date() >= date.addingTimeInterval(-0.01))
    }

    /// Somebody who asks for an hour does not get it.
    @Test func retryAfterHasACap() async throws {
        try await self.passes("status 429, Retry-After: 3600, capped", .status(429, headers: [("Retry-After", "3600")])) {
            $0.maximumRetryAfter = .milliseconds(100)
        }
    }

    /// What cannot be read is no wish.
    @Test(arguments: ["soon", "-5", "", "Sun, 99 Nov 2094 08:49:37 GMT"])
    func retryAfterThatCannotBeReadIsIgnored(value: String) async throws {
        try await self.passes("status 429, Retry-After: \"\(value)\"", .status(429, headers: [("Retry-After", value)]))
    }

    private func passes(
        _ name: String,
        _ reply: CollectorReply,
        _ change: @escaping @Sendable (inout RetryConfiguration) -> Void = { _ in }
    ) async throws {
        try await withCollector { collector in
            let trial = try await FaultTrial.run(to: try FaultTrial.sink(collector.endpoint)) {
                // What is in flight beside the failure says nothing about the pause.
                $0.batches.maximumConcurrentDeliveries = 1
                change(&$0.retry)
            } _: { trial in
                collector.reply(with: reply)
                try await trial.report(20)
                try await trial.log.waitForFailures(1)
                trial.faultEnds()
                try await trial.waitForAll()
                #expect(trial.log.reports.failures == 1)
            }
            #expect(collector.exchanges.filter { !$0.isAcknowledged }.count == 1)
            try await trial.expectAccount(name, [collector])
        }
    }
}
#endif
