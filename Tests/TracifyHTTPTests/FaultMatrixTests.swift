//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if TestKit
import Foundation
import Synchronization
import Testing
import Tracify
import TracifyHTTP
import TracifyTesting

/// Faulty responses of the destination: traffic before, during and after a fault (contract, "Delivery classes").
///
/// Each trial prints a line: fault | delivery attempts | events received | repeats | dead letters | ms from the end of the fault
/// until all events were delivered.
@Suite(.timeLimit(.minutes(15)))
struct FaultMatrixTests {
    struct Fault: Sendable, CustomTestStringConvertible {
        let name: String
        let reply: CollectorReply
        /// The problem that the health reports when the fault lasts.
        let problem: DeliveryHealth.Problem.Code
        var reason = ""

        static func status(_ status: Int, _ problem: DeliveryHealth.Problem.Code) -> Fault {
            Fault(name: "status \(status)", reply: .status(status, body: "no"), problem: problem, reason: "status \(status)")
        }

        var testDescription: String { self.name }
    }

    /// A destination that fails for a while is retried until it recovers.
    ///
    /// No event is dropped in the meantime.
    @Test(
        arguments: [408, 425, 429, 500, 502, 503, 504].map { Fault.status($0, .unavailable) }
            + [401, 403, 404, 405].map { Fault.status($0, .unauthorized) }
            + [
                Fault(name: "reset before the body", reply: .resetBeforeBody, problem: .unavailable),
                Fault(name: "reset after the body, not taken", reply: .reset, problem: .unavailable),
            ]
    )
    func deliversOnceAfterTransientFault(_ fault: Fault) async throws {
        try await self.expectRecovery(fault, repeats: .none)
    }

    /// The destination accepts the events, but the acknowledgment is lost.
    ///
    /// Delivery is at least once, so the events are sent again.
    @Test(arguments: [
        Fault(name: "reset after the body, taken", reply: .reset.acceptingEvents, problem: .unavailable),
        Fault(name: "status 502, taken", reply: .status(502).acceptingEvents, problem: .unavailable, reason: "status 502"),
    ])
    func redeliversBatchWhoseAcknowledgmentIsLost(_ fault: Fault) async throws {
        try await self.expectRecovery(fault, repeats: .ofUnacknowledged)
    }

    /// A success that cannot be read does not tell whether the events were accepted.
    ///
    /// A single one is repeated, as any transient fault.
    @Test(arguments: [
        (Fault(name: "truncated 200, taken", reply: .truncated, problem: .unconfirmed), FaultTrial.Repeats.ofUnacknowledged),
        (Fault(name: "empty 200, taken", reply: .status(200).acceptingEvents, problem: .unconfirmed), .ofUnacknowledged),
        (
            Fault(name: "non-JSON 200, taken", reply: .status(200, body: "<html>").acceptingEvents, problem: .unconfirmed),
            .ofUnacknowledged
        ),
        (Fault(name: "empty 200, not taken", reply: .status(200), problem: .unconfirmed), .none),
        (Fault(name: "non-JSON 200, not taken", reply: .status(200, body: "<html>"), problem: .unconfirmed), .none),
    ])
    func repeatsUnconfirmedBatch(_ fault: Fault, repeats: FaultTrial.Repeats) async throws {
        try await withCollector { collector in
            let trial = try await FaultTrial.run(to: try SinkFixture.sink(collector.endpoint)) {
                $0.batches.maximumConcurrentDeliveries = 1
            } _: { trial in
                collector.reply(with: fault.reply)
                try await trial.report(20)
                try await trial.log.waitForFailures(1)
                trial.faultEnds()
                try await trial.waitForAll()
                #expect(trial.log.reports.failures == 1)
            }
            try await trial.expectAccount(fault.name, [collector], repeats: repeats)
        }
    }

    @Test(arguments: [
        Fault(name: "hang, not taken", reply: .hang, problem: .unavailable, reason: "imeout"),
        Fault(name: "slow drip, not taken", reply: .drip, problem: .unavailable, reason: "no complete response within"),
    ])
    func deliversOnceAfterTimeouts(_ fault: Fault) async throws {
        try await self.expectRecovery(fault, repeats: .none, isSlow: true)
    }

    @Test(arguments: [
        Fault(name: "hang, taken", reply: .hang.acceptingEvents, problem: .unavailable, reason: "imeout"),
        Fault(
            name: "slow drip, taken",
            reply: .drip.acceptingEvents,
            problem: .unavailable,
            reason: "no complete response within"
        ),
    ])
    func redeliversBatchAcceptedAfterTimeout(_ fault: Fault) async throws {
        try await self.expectRecovery(fault, repeats: .ofUnacknowledged, isSlow: true)
    }

    private func expectRecovery(_ fault: Fault, repeats: FaultTrial.Repeats, isSlow: Bool = false) async throws {
        try await withCollector { collector in
            let sink = try SinkFixture.sink(collector.endpoint) {
                // Long enough for a healthy exchange on a busy machine, and short enough to observe the timeout twice.
                if isSlow { ($0.readTimeout, $0.requestTimeout) = (.milliseconds(4000), .milliseconds(5000)) }
            }
            let trial = try await FaultTrial.run(to: sink) { trial in
                try await trial.report(20)
                try await trial.waitForAll()
                #expect(trial.tracker.health.isHealthy)

                collector.replyAlways(with: fault.reply)
                try await trial.report(20)
                // At most five batches were in flight together, one of them of orders; the other failures are probes.
                try await trial.log.waitForFailures(isSlow ? 6 : 8)
                trial.expectOutage(fault.problem, reason: fault.reason)

                trial.faultEnds()
                collector.replyAlways(with: .asTracify)
                try await trial.waitForAll()
                try await trial.report(20)
                try await trial.waitForAll()
            }
            try await trial.expectAccount(fault.name, [collector], repeats: repeats)
        }
    }

    /// The token must not be sent to another host.
    ///
    /// The events wait until the endpoint is corrected.
    @Test(arguments: [301, 307])
    func doesNotFollowRedirects(status: Int) async throws {
        try await withCollector { other in
            let location = [("Location", other.endpoint)]
            try await self.expectRecovery(
                Fault(name: "status \(status)", reply: .status(status, headers: location), problem: .unauthorized),
                repeats: .none
            )
            #expect(other.requestCount == 0)
        }
    }

    struct Rejection: Sendable, CustomTestStringConvertible {
        let reply: CollectorReply
        let reason: String

        var testDescription: String { self.reason }
    }

    /// Every event is rejected individually.
    ///
    /// No event is lost, and one call requeues all events. The destination responds, so delivery stays healthy: fewer than 20 in a row
    /// are rejected in each lane.
    @Test(arguments: [
        Rejection(reply: .status(400), reason: "status 400"),
        Rejection(reply: .status(422), reason: "status 422"),
        Rejection(reply: .rejected("no such site"), reason: "200 with status: false: no such site"),
    ])
    func rejectedEventsBecomeDeadLettersAndAreRequeued(_ rejection: Rejection) async throws {
        try await withCollector { collector in
            let trial = try await FaultTrial.run(to: try SinkFixture.sink(collector.endpoint)) { trial in
                try await trial.report(20)
                try await trial.waitForAll()

                collector.replyAlways(with: rejection.reply)
                try await trial.report(20)
                try await trial.log.waitForRejected(20)
                #expect(trial.tracker.health.isHealthy)
                let letters = try await trial.tracker.deadLetters()
                #expect(letters.count == 20)
                #expect(letters.allSatisfy { $0.reason.contains(rejection.reason) })
                #expect(letters.filter { $0.event.type == .purchase }.count == 4)

                trial.faultEnds()
                collector.replyAlways(with: .asTracify)
                #expect(try await trial.tracker.requeueDeadLetters() == 20)
                try await trial.waitForAll()
                try await trial.report(20)
                try await trial.waitForAll()
            }
            #expect(trial.tracker.statistics.requeued == 20)
            try await trial.expectAccount("\(rejection.reason), whole batches", [collector], letterCount: (rejected: 20, left: 0))
        }
    }

    /// Valid events that share a batch with a rejected one are delivered.
    ///
    /// Only the rejected page view and order become dead letters.
    @Test func isolatesRejectedEvents() async throws {
        let strictness = Strictness()
        var configuration = Collector.Configuration()
        configuration.judge = { event in
            let name = FaultTrial.name(event)
            let isBad = name.hasSuffix("/page-22") || name.hasPrefix("order-34 ")
            return isBad && strictness.isStrict ? "not this one" : nil
        }
        try await withCollector(configuration: configuration) { collector in
            let trial = try await FaultTrial.run(to: try SinkFixture.sink(collector.endpoint)) { trial in
                try await trial.report(60)
                try await trial.log.waitForRejected(2)
                try await trial.waitForAll(butFor: 2)
                #expect(trial.tracker.health.isHealthy)
                let letters = try await trial.tracker.deadLetters()
                #expect(Set(letters.map(\.event.type)) == [.pageView, .purchase])
                #expect(letters.allSatisfy { $0.reason == "status 200 with status: false: not this one" })

                // After the destination is corrected, the dead letters can be delivered.
                trial.faultEnds()
                strictness.isStrict = false
                #expect(try await trial.tracker.requeueDeadLetters() == 2)
                try await trial.waitForAll()
            }
            try await trial.expectAccount("200 with status: false, 2 of 60", [collector], letterCount: (rejected: 2, left: 0))
        }
    }

    @Test func rejectedEventRemainsDeadLetter() async throws {
        var configuration = Collector.Configuration()
        configuration.judge = { FaultTrial.name($0).hasPrefix("order-14 ") ? "not this one" : nil }
        try await withCollector(configuration: configuration) { collector in
            let trial = try await FaultTrial.run(to: try SinkFixture.sink(collector.endpoint)) { trial in
                try await trial.report(60)
                try await trial.log.waitForRejected(1)
                try await trial.waitForAll(butFor: 1)
            }
            try await trial.expectAccount("200 with status: false, 1 of 60", [collector], letterCount: (rejected: 1, left: 1))
        }
    }

    /// Batches are halved until they are accepted, and the size is remembered.
    ///
    /// No event is lost, and delivery stays healthy.
    @Test func halvesOversizedBatches() async throws {
        var configuration = Collector.Configuration()
        configuration.maximumBatchSize = 3
        try await withCollector(configuration: configuration) { collector in
            let trial = try await FaultTrial.run(to: try SinkFixture.sink(collector.endpoint)) {
                $0.batches.maximumEvents = 20
            } _: { trial in
                try await trial.report(60)
                try await trial.waitForAll()
                #expect(trial.tracker.health.isHealthy)
                let failures = trial.log.reports.failures
                #expect(failures > 0)
                try await trial.report(60)
                try await trial.waitForAll()
                // The accepted size is remembered. It is in bytes, and events differ in size.
                #expect(trial.log.reports.failures - failures <= 4)
            }
            try await trial.expectAccount("status 413, more than 3 events", [collector])
        }
    }

    /// An event that is too large even alone becomes a dead letter.
    @Test func oversizedEventsBecomeDeadLetters() async throws {
        try await withCollector { collector in
            let trial = try await FaultTrial.run(to: try SinkFixture.sink(collector.endpoint)) { trial in
                try await trial.report(20)
                try await trial.waitForAll()
                collector.replyAlways(with: .status(413))
                try await trial.report(20)
                try await trial.log.waitForRejected(20)
                #expect(try await trial.tracker.deadLetters().count == 20)

                trial.faultEnds()
                collector.replyAlways(with: .asTracify)
                #expect(try await trial.tracker.requeueDeadLetters() == 20)
                try await trial.waitForAll()
                try await trial.report(20)
                try await trial.waitForAll()
            }
            try await trial.expectAccount("status 413, always", [collector], letterCount: (rejected: 20, left: 0))
        }
    }
}

/// A flag that makes the collector reject the marked events.
private final class Strictness: Sendable {
    private let flag = Atomic(true)

    var isStrict: Bool {
        get { self.flag.load(ordering: .relaxed) }
        set { self.flag.store(newValue, ordering: .relaxed) }
    }
}
#endif
