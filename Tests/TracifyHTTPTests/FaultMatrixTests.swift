#if TestKit
import Foundation
import Synchronization
import Testing
import Tracify
import TracifyHTTP
import TracifyTesting

/// Faults in what the far end answers: traffic while it works, while it fails, and after (contract, "Delivery classes").
///
/// Each trial prints a line: fault | deliveries tried | events arrived | repeats | dead letters | ms from the fault's end until
/// all had arrived.
@Suite(.timeLimit(.minutes(5)))
struct FaultMatrixTests {
    struct Fault: Sendable, CustomTestStringConvertible {
        let name: String
        let reply: CollectorReply
        let kind: DeliveryError.Code
        var reason = ""

        static func status(_ status: Int, _ kind: DeliveryError.Code) -> Fault {
            Fault(name: "status \(status)", reply: .status(status, body: "no"), kind: kind, reason: "status \(status)")
        }

        var testDescription: String { self.name }
    }

    /// Whoever fails for a while is tried again until it works, and nothing is given up meanwhile.
    @Test(
        arguments: [408, 425, 429, 500, 502, 503, 504].map { Fault.status($0, .retryable) }
            + [401, 403, 404, 405].map { Fault.status($0, .unauthorized) }
            + [
                Fault(name: "empty 200, not taken", reply: .status(200), kind: .retryable),
                Fault(name: "non-JSON 200, not taken", reply: .status(200, body: "<html>"), kind: .retryable),
                Fault(name: "reset before the body", reply: .resetBeforeBody, kind: .retryable),
                Fault(name: "reset after the body, not taken", reply: .reset, kind: .retryable),
            ]
    )
    func aFaultThatPassesLosesAndRepeatsNothing(_ fault: Fault) async throws {
        try await self.passes(fault, repeats: .none)
    }

    /// The events are taken and the sender cannot know: it sends them again, as losing is worse.
    @Test(arguments: [
        Fault(name: "truncated 200, taken", reply: .truncated, kind: .retryable),
        Fault(name: "empty 200, taken", reply: .status(200).acceptingEvents, kind: .retryable),
        Fault(name: "non-JSON 200, taken", reply: .status(200, body: "<html>").acceptingEvents, kind: .retryable),
        Fault(name: "reset after the body, taken", reply: .reset.acceptingEvents, kind: .retryable),
        Fault(name: "status 502, taken", reply: .status(502).acceptingEvents, kind: .retryable, reason: "status 502"),
    ])
    func whatWasTakenWithoutBeingToldIsSentAgain(_ fault: Fault) async throws {
        try await self.passes(fault, repeats: .ofUnacknowledged)
    }

    @Test(arguments: [
        Fault(name: "hang, not taken", reply: .hang, kind: .retryable, reason: "imeout"),
        Fault(name: "slow drip, not taken", reply: .drip, kind: .retryable, reason: "no complete response within"),
    ])
    func aFarEndThatIsTooSlowLosesAndRepeatsNothing(_ fault: Fault) async throws {
        try await self.passes(fault, repeats: .none, isSlow: true)
    }

    @Test(arguments: [
        Fault(name: "hang, taken", reply: .hang.acceptingEvents, kind: .retryable, reason: "imeout"),
        Fault(name: "slow drip, taken", reply: .drip.acceptingEvents, kind: .retryable, reason: "no complete response within"),
    ])
    func whatASlowFarEndHadTakenIsSentAgain(_ fault: Fault) async throws {
        try await self.passes(fault, repeats: .ofUnacknowledged, isSlow: true)
    }

    private func passes(_ fault: Fault, repeats: FaultTrial.Repeats, isSlow: Bool = false) async throws {
        try await withCollector { collector in
            let sink = try FaultTrial.sink(collector.endpoint) {
                // Long enough for a busy machine that works, short enough to see it pass twice.
                if isSlow { ($0.readTimeout, $0.requestTimeout) = (.milliseconds(1200), .milliseconds(1500)) }
            }
            let trial = try await FaultTrial.run(to: sink) { trial in
                try await trial.report(20)
                try await trial.waitForAll()
                #expect(trial.tracker.health.isHealthy)

                collector.replyAlways(with: fault.reply)
                try await trial.report(20)
                // At most four were in flight together: the rest are probes.
                try await trial.log.waitForFailures(isSlow ? 5 : 8)
                trial.expectOutage(fault.kind, reason: fault.reason)

                trial.faultEnds()
                collector.replyAlways(with: .asTracify)
                try await trial.waitForAll()
                try await trial.report(20)
                try await trial.waitForAll()
            }
            try await trial.expectAccount(fault.name, [collector], repeats: repeats)
        }
    }

    /// The token must not travel to another host, and the events wait until the address is right.
    @Test(arguments: [301, 307])
    func aRedirectIsNotFollowed(status: Int) async throws {
        try await withCollector { other in
            let location = [("Location", other.endpoint)]
            try await self.passes(
                Fault(name: "status \(status)", reply: .status(status, headers: location), kind: .unauthorized),
                repeats: .none
            )
            #expect(other.requestCount == 0)
        }
    }

    /// Everything is refused, one by one: nothing is gone, health says so at once, and one call brings it back.
    @Test(arguments: [
        Fault(name: "status 400", reply: .status(400), kind: .rejected, reason: "status 400"),
        Fault(name: "status 422", reply: .status(422), kind: .rejected, reason: "status 422"),
        Fault(name: "200 with status: false", reply: .rejected("no such site"), kind: .rejected, reason: "no such site"),
    ])
    func whatIsRefusedIsSetAsideAndComesBack(_ fault: Fault) async throws {
        try await withCollector { collector in
            let trial = try await FaultTrial.run(to: try FaultTrial.sink(collector.endpoint)) { trial in
                try await trial.report(20)
                try await trial.waitForAll()

                collector.replyAlways(with: fault.reply)
                try await trial.report(20)
                try await trial.log.waitForFailures(1)
                #expect(trial.tracker.health.problem?.code == .rejected)
                try await trial.log.waitForRejected(20)
                #expect(trial.tracker.health.problem?.code == .rejected)
                let letters = try await trial.tracker.deadLetters()
                #expect(letters.count == 20)
                #expect(letters.allSatisfy { $0.reason.contains(fault.reason) })
                #expect(letters.filter { $0.event.type == .purchase }.count == 4)

                trial.faultEnds()
                collector.replyAlways(with: .asTracify)
                #expect(try await trial.tracker.requeueDeadLetters() == 20)
                try await trial.waitForAll()
                try await trial.report(20)
                try await trial.waitForAll()
            }
            #expect(trial.tracker.statistics.requeued == 20)
            try await trial.expectAccount("\(fault.name), whole batches", [collector], letterCount: (rejected: 20, left: 0))
        }
    }

    /// Good events that share a batch with a bad one are delivered; the bad ones, a page view and an order, stand alone.
    @Test func poisonIsSetAsideAlone() async throws {
        let strictness = Strictness()
        var configuration = Collector.Configuration()
        configuration.judge = { event in
            let name = FaultTrial.name(event)
            let isBad = name.hasSuffix("/page-22") || name.hasPrefix("order-34 ")
            return isBad && strictness.isStrict ? "not this one" : nil
        }
        try await withCollector(configuration: configuration) { collector in
            let trial = try await FaultTrial.run(to: try FaultTrial.sink(collector.endpoint)) { trial in
                try await trial.report(60)
                try await trial.log.waitForRejected(2)
                try await trial.waitForAll(butFor: 2)
                #expect(trial.tracker.health.isHealthy)
                let letters = try await trial.tracker.deadLetters()
                #expect(Set(letters.map(\.event.type)) == [.pageView, .purchase])
                #expect(letters.allSatisfy { $0.reason == "status 200 with status: false: not this one" })

                // Set right at the far end, they can go as well.
                trial.faultEnds()
                strictness.isStrict = false
                #expect(try await trial.tracker.requeueDeadLetters() == 2)
                try await trial.waitForAll()
            }
            try await trial.expectAccount("200 with status: false, 2 of 60", [collector], letterCount: (rejected: 2, left: 0))
        }
    }

    @Test func poisonThatNobodySetsRightStaysADeadLetter() async throws {
        var configuration = Collector.Configuration()
        configuration.judge = { FaultTrial.name($0).hasPrefix("order-14 ") ? "not this one" : nil }
        try await withCollector(configuration: configuration) { collector in
            let trial = try await FaultTrial.run(to: try FaultTrial.sink(collector.endpoint)) { trial in
                try await trial.report(60)
                try await trial.log.waitForRejected(1)
                try await trial.waitForAll(butFor: 1)
            }
            try await trial.expectAccount("200 with status: false, 1 of 60", [collector], letterCount: (rejected: 1, left: 1))
        }
    }

    /// Batches are halved until they fit, and the size is remembered: no event is lost, and nothing is wrong with delivery.
    @Test func tooLargeBatchesAreHalved() async throws {
        var configuration = Collector.Configuration()
        configuration.maximumBatchSize = 3
        try await withCollector(configuration: configuration) { collector in
            let trial = try await FaultTrial.run(to: try FaultTrial.sink(collector.endpoint)) {
                $0.batches.maximumEvents = 20
            } _: { trial in
                try await trial.report(60)
                try await trial.waitForAll()
                #expect(trial.tracker.health.isHealthy)
                let failures = trial.log.reports.failures
                #expect(failures > 0)
                try await trial.report(60)
                try await trial.waitForAll()
                // The size that passed is remembered; it is in bytes, and events differ.
                #expect(trial.log.reports.failures - failures <= 4)
            }
            try await trial.expectAccount("status 413, more than 3 events", [collector])
        }
    }

    /// What is too large even alone is set aside.
    @Test func eventsThatAreTooLargeAloneAreSetAside() async throws {
        try await withCollector { collector in
            let trial = try await FaultTrial.run(to: try FaultTrial.sink(collector.endpoint)) { trial in
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

/// Whether a far end is as strict as it was.
private final class Strictness: Sendable {
    private let flag = Atomic(true)

    var isStrict: Bool {
        get { self.flag.load(ordering: .relaxed) }
        set { self.flag.store(newValue, ordering: .relaxed) }
    }
}
#endif
