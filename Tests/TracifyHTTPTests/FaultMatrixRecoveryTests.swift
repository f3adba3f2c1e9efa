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
@Suite(.timeLimit(.minutes(5)))
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
                try await trial.report(20)
                try await trial.log.waitForFailures(1)
                trial.faultEnds()
                try await trial.waitForAll()
            }
            #expect(ContinuousClock.now - start >= .seconds(3))
            try await trial.expectAccount("status 429, Retry-After: 3, beside a slow 200", [collector])
        }
    }

    /// Every event becomes a dead letter, and the health reports it.
    @Test func healthReportsOversizedEvents() async throws {
        try await withCollector { collector in
            collector.replyAlways(with: .status(413))
            _ = try await FaultTrial.run(to: try SinkFixture.sink(collector.endpoint)) { trial in
                try await trial.report(20)
                try await trial.log.waitForRejected(20)
                #expect(trial.tracker.health.problem?.code == .tooLarge)
            }
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
