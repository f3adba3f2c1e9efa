//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if TestKit
import Foundation
import Testing
import Tracify
import TracifyHTTP
import TracifyTesting

/// Responses with `Retry-After` (RFC 9110, section 10.2.3).
@Suite(.timeLimit(.minutes(15)))
struct FaultMatrixPauseTests {
    @Test(arguments: [429, 503])
    func honorsRetryAfterSeconds(status: Int) async throws {
        let start = ContinuousClock.now
        try await self.expectRecovery("status \(status), Retry-After: 1", .status(status, headers: [("Retry-After", "1")]))
        #expect(ContinuousClock.now - start >= .seconds(1))
    }

    @Test(arguments: [429, 503])
    func honorsRetryAfterDate(status: Int) async throws {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(secondsFromGMT: 0)
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        // HTTP dates have whole seconds.
        let date = Date(timeIntervalSince1970: (Date().timeIntervalSince1970 + 2).rounded(.down))
        let reply = CollectorReply.status(status, headers: [("Retry-After", formatter.string(from: date))])
        try await self.expectRecovery("status \(status), Retry-After: a date", reply)
        // The two clocks may differ slightly.
        #expect(Date() >= date.addingTimeInterval(-0.01))
    }

    /// A pause of an hour is capped at the configured maximum.
    @Test func capsRetryAfter() async throws {
        try await self.expectRecovery("status 429, Retry-After: 3600, capped", .status(429, headers: [("Retry-After", "3600")])) {
            $0.maximumRetryAfter = .milliseconds(100)
        }
    }

    /// A malformed value is ignored.
    @Test(arguments: ["soon", "-5", "", "Sun, 99 Nov 2094 08:49:37 GMT"])
    func ignoresMalformedRetryAfter(value: String) async throws {
        try await self.expectRecovery("status 429, Retry-After: \"\(value)\"", .status(429, headers: [("Retry-After", value)]))
    }

    private func expectRecovery(
        _ name: String,
        _ reply: CollectorReply,
        _ change: @escaping @Sendable (inout RetryConfiguration) -> Void = { _ in }
    ) async throws {
        try await withCollector { collector in
            let trial = try await FaultTrial.run(to: try SinkFixture.sink(collector.endpoint)) {
                // The result of a concurrent batch does not affect the pause.
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
