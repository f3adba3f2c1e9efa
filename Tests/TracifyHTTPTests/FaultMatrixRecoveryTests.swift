//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if TestKit
import Testing
import Tracify
import TracifyHTTP
import TracifyTesting

/// The effect of a failure on concurrent and later deliveries.
@Suite(.timeLimit(.minutes(15)))
struct FaultMatrixRecoveryTests {
    /// The response to a batch that was in flight earlier does not end a pause that was requested later.
    @Test func concurrentDeliveryDoesNotEndPause() async throws {
        try await withCollector { collector in
            // Both batches are in flight before either response is sent.
            let start = ContinuousClock.now
            let trial = try await FaultTrial.run(to: try SinkFixture.sink(collector.endpoint)) {
                $0.batches.maximumConcurrentDeliveries = 2
            } _: { trial in
                collector.reply(
                    with: .status(429, headers: [("Retry-After", "3")]).delayed(by: .milliseconds(500)),
                    .accepted.delayed(by: .seconds(1))
                )
                // Without orders, which have a lane of their own, and so another pause.
                try await trial.report(20, withOrders: false)
                try await trial.log.waitForFailures(1)
                trial.faultEnds()
                try await trial.waitForAll()
            }
            #expect(ContinuousClock.now - start >= .seconds(3))
            try await trial.expectAccount("status 429, Retry-After: 3, beside a slow 200", [collector])
        }
    }

    /// A destination that has accepted nothing and rejects event after event is the wrong one, or a setting is wrong.
    ///
    /// The first events, at most 19 of each lane, become dead letters; all others are kept for the corrected setting.
    @Test(arguments: [CollectorReply.rejected("no such site"), .status(400), .status(413)])
    func healthReportsRejectionOfAllEventsAndKeepsThem(reply: CollectorReply) async throws {
        try await withCollector { collector in
            let trial = try await FaultTrial.run(to: try SinkFixture.sink(collector.endpoint)) { trial in
                collector.replyAlways(with: reply)
                // 40 of them are orders.
                try await trial.report(200)
                try await trial.waitForProblems(.misconfigured, lanes: [.orders, .observations])
                try await trial.log.waitForRejected(38)
                // Probes are rejected, too, and make no dead letters.
                try await trial.log.waitForFailures(6)
                #expect(trial.tracker.health.problem?.code == .misconfigured)
                #expect(trial.tracker.statistics.rejected() == 38)
                #expect(trial.tracker.statistics.rejected(.purchase) == 19)
                #expect(trial.tracker.statistics.dropped() == 0)

                trial.faultEnds()
                collector.replyAlways(with: .asTracify)
                try await trial.waitForAll(butFor: 38)
                #expect(trial.tracker.health.isHealthy)
                #expect(try await trial.tracker.requeueDeadLetters() == 38)
                try await trial.waitForAll()
            }
            try await trial.expectAccount("\(reply.description), always", [collector], letterCount: (rejected: 38, left: 0))
        }
    }

    /// A destination that is misconfigured for a while: batches grow again once they are accepted.
    @Test func learnedSizeGrowsAfterRecovery() async throws {
        try await withCollector { collector in
            let trial = try await FaultTrial.run(to: try SinkFixture.sink(collector.endpoint)) { trial in
                collector.replyAlways(with: .status(413))
                try await trial.report(5)
                try await trial.log.waitForRejected(5)
                collector.replyAlways(with: .asTracify)
                try await trial.tracker.requeueDeadLetters()
                try await trial.report(500)
                try await trial.waitForAll()
                let before = trial.log.deliveries
                try await trial.report(500)
                try await trial.waitForAll()
                #expect(trial.log.deliveries - before <= 250)
            }
            try await trial.expectAccount("status 413 for a while, then 1,000 events", [collector], letterCount: (5, 0))
        }
    }
}
#endif
