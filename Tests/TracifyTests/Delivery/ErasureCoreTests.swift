//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Foundation
import Testing

@testable import Tracify

/// The decisions of the exporter's core about an erasure.
struct ErasureCoreTests {
    private let start = DeliveryInstant(offset: .zero)
    private let visitor = VisitorPattern(AnonymizedHash(hashing: Browsing.address))

    private func core(hasStore: Bool = false) -> ExporterCore {
        var batches = BatchConfiguration()
        batches.maximumEvents = 4
        batches.maximumConcurrentDeliveries = 1
        return ExporterCore(batches: batches, retry: RetryConfiguration(), hasStore: hasStore)
    }

    /// Page views of the visitor, with even numbers, and of another one.
    private func batch(_ numbers: Range<UInt64>, isStored: Bool = false) throws -> EventBatch {
        let stub = try EventBatch.stub(
            numbers.map { "/\($0)" },
            firstID: numbers.lowerBound,
            from: numbers.lowerBound.isMultiple(of: 2) ? [Browsing.address, "203.0.113.1"] : ["203.0.113.1", Browsing.address]
        )
        var builder = EventBatchBuilder()
        for (entry, event) in zip(stub.entries, stub) {
            var header = entry.header
            header.position = isStored ? header.position : 0
            builder.append(header) { $0.append(contentsOf: event.json) }
        }
        let batch = builder.finish()
        return try #require(batch)
    }

    /// Answers the takes and reads with nothing until the core does something else.
    private func next(_ core: inout ExporterCore) -> ExporterCore.Step {
        while true {
            switch core.next(at: self.start) {
            case .takeFromQueue(let lane, let isPartial, let isStored):
                core.tookFromQueue(0, lane, isPartial: isPartial)
                if isStored { core.stored(lane, isEmpty: true) } else { core.add([], to: lane) }
            case .readStore(let lane, _): core.add([], read: [], from: lane)
            case let step: return step
            }
        }
    }

    private func deliver(_ core: inout ExporterCore) throws -> ExporterCore.Attempt {
        guard case .deliver(let attempt) = self.next(&core) else {
            Issue.record("There is nothing to deliver")
            throw CancellationError()
        }
        return attempt
    }

    private func erase(_ core: inout ExporterCore) -> (removed: [EventID: EventType], sending: [EventType: Int]) {
        core.erasures.begin()
        defer { core.erasures.end() }
        #expect(core.canErase)
        return core.erase(self.visitor)
    }

    private func expectReturned(
        _ core: inout ExporterCore,
        _ expected: [EventType: Int],
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let returned = core.erasures.takeReturned()
        #expect(returned == expected, sourceLocation: sourceLocation)
    }

    @Test func removesWaitingEventsOfTheVisitorOnly() throws {
        var core = self.core()
        core.add([try self.batch(2..<6), try self.batch(6..<7)], to: .observations)
        core.add([try self.batch(8..<10)], to: .orders)
        let (removed, sending) = self.erase(&core)
        #expect(Set(removed.keys) == [.stub(2), .stub(4), .stub(6)])
        #expect(removed.values.allSatisfy { $0 == .pageView })
        #expect(sending.isEmpty)
        #expect(core.waitingEvents == 4)
        let deliveries = [try self.deliver(&core), try self.deliver(&core)]
        #expect(Set(deliveries.map { $0.batch.map(\.id) }) == [[.stub(3), .stub(5)], [.stub(8), .stub(9)]])
        #expect(core.erasures.returned.isEmpty)
    }

    @Test func leavesCountingOfStoredEventsToTheStore() throws {
        var core = self.core(hasStore: true)
        _ = self.next(&core)
        core.add([(try self.batch(2..<6, isStored: true), 0)], read: [], from: .observations)
        let (removed, _) = self.erase(&core)
        #expect(removed.isEmpty)
        let attempt = try self.deliver(&core)
        #expect(attempt.batch.positions == [3, 5])
    }

    @Test func removesSuspects() throws {
        var core = self.core()
        core.add([try self.batch(2..<6)], to: .observations)
        let attempt = try self.deliver(&core)
        _ = core.complete(attempt, .retryable("down"), at: self.start, jitter: 1)
        #expect(core.failingEvents == 4)
        let (removed, _) = self.erase(&core)
        #expect(removed.count == 2)
        #expect(core.failingEvents == 2)
        #expect(core.waitingEvents == 2)
    }

    @Test(arguments: [DeliveryError.retryable("down"), .rejected("no"), .tooLarge("big"), .unconfirmed("empty"), nil])
    func removesEventsInFlightWhenTheirDeliveryFails(failure: DeliveryError?) throws {
        var core = self.core()
        core.add([try self.batch(2..<6), try self.batch(6..<8)], to: .observations)
        let attempt = try self.deliver(&core)
        let (removed, sending) = self.erase(&core)
        #expect(Set(removed.keys) == [.stub(6)])
        #expect(sending.isEmpty)
        // What the visitor does afterward is tracked.
        core.add([try self.batch(10..<11)], to: .observations)
        _ = core.complete(attempt, failure, at: self.start, jitter: 1)
        self.expectReturned(&core, failure == nil ? [:] : [.pageView: 2])
        #expect(core.waitingEvents == (failure == nil ? 2 : 4))
        #expect(core.erasures.sending.isEmpty)
    }

    @Test func reportsStoredEventsInFlight() throws {
        var core = self.core(hasStore: true)
        _ = self.next(&core)
        core.add([(try self.batch(2..<6, isStored: true), 0)], read: [], from: .observations)
        _ = try self.deliver(&core)
        let (_, sending) = self.erase(&core)
        #expect(sending == [.pageView: 2])
    }

    @Test func removesDeadLettersThatAreNotRecordedYet() throws {
        var core = self.core()
        core.add([try self.batch(3..<5)], to: .observations)
        let attempt = try self.deliver(&core)
        _ = self.erase(&core)
        _ = core.complete(attempt, .rejected("no"), at: self.start, jitter: 1)
        self.expectReturned(&core, [.pageView: 1])
        let rest = try self.deliver(&core)
        guard case .deadLetter = core.complete(rest, .rejected("no"), at: self.start, jitter: 1) else {
            Issue.record("The other visitor's event becomes a dead letter")
            return
        }
        guard case .settle(let events) = self.next(&core) else {
            Issue.record("The dead letter is recorded")
            return
        }
        #expect(events.compactMap { $0.letter?.event.id } == [.stub(3)])
    }

    @Test func removesASingleRejectedEventInFlight() throws {
        var core = self.core()
        core.add([try self.batch(2..<3)], to: .observations)
        let attempt = try self.deliver(&core)
        _ = self.erase(&core)
        _ = core.complete(attempt, .rejected("no"), at: self.start, jitter: 1)
        self.expectReturned(&core, [.pageView: 1])
        guard case .wait = self.next(&core) else {
            Issue.record("There is nothing to record")
            return
        }
    }

    @Test func removesEventsThatAreInFlightAtTheEnd() throws {
        var core = self.core()
        core.add([try self.batch(2..<6)], to: .observations)
        _ = try self.deliver(&core)
        _ = self.erase(&core)
        let (batches, _) = core.takeUnfinished()
        #expect(batches.map { $0.map(\.id) } == [[.stub(3), .stub(5)]])
        self.expectReturned(&core, [.pageView: 2])
    }

    /// The steps until the core waits, by name.
    private func steps(_ core: inout ExporterCore) -> Set<String> {
        var steps: Set<String> = []
        while true {
            switch core.next(at: self.start) {
            case .takeFromQueue(let lane, _, _): steps.insert("take \(lane)")
            case .readStore(let lane, _): steps.insert("read \(lane)")
            default: return steps
            }
        }
    }

    private func expectSteps(
        _ core: inout ExporterCore,
        _ expected: Set<String>,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let steps = self.steps(&core)
        #expect(steps == expected, sourceLocation: sourceLocation)
    }

    private func answer(_ core: inout ExporterCore, _ lane: DeliveryLane) {
        core.tookFromQueue(1, lane, isPartial: false)
        core.stored(lane, isEmpty: false)
        core.add([], read: [], from: lane)
    }

    /// Otherwise records that are being stored, or events that are being read, would come back.
    @Test func pausesTakingAndReadingObservations() {
        var core = self.core(hasStore: true)
        let all: Set = ["take orders", "read orders", "take observations", "read observations"]
        self.expectSteps(&core, all)
        core.erasures.begin()
        #expect(!core.canErase)
        for lane in DeliveryLane.allCases { self.answer(&core, lane) }
        #expect(core.canErase)
        core.wake()
        // The lane of orders goes on.
        self.expectSteps(&core, ["take orders", "read orders"])
        _ = core.erase(self.visitor)
        self.expectSteps(&core, ["take observations"])
        core.erasures.end()
        self.expectSteps(&core, ["read observations"])
    }

    // MARK: - Visitors whose records wait in the queue

    @Test func forgetsAnErasureWhenItsRecordsAreTaken() throws {
        var visitors = ErasedVisitors()
        let identity = try IdentityData.stub()
        let isAdded = visitors.add(identity.session, at: .pageExample, before: 5)
        #expect(isAdded)
        #expect(visitors.contains(identity, at: .pageExample))
        #expect(!visitors.contains(identity, at: .pageExample.addingTimeInterval(0.001)))
        visitors.forget(before: 4)
        #expect(visitors.contains(identity, at: .pageExample))
        visitors.forget(before: 5)
        #expect(visitors.isEmpty)
    }

    @Test(arguments: 1...4)
    func findsEachHashOfAnIdentity(kind: Int) throws {
        var visitors = ErasedVisitors()
        let isAdded = try visitors.add(.stub(kind), at: .pageExample, before: 1)
        #expect(isAdded)
        #expect(try visitors.contains(.stub(), at: .pageExample))
        let other = try AnonymizedHash(String(repeating: "a", count: 64))
        let identity = IdentityData(session: other, address: other, userAgent: other)
        #expect(!visitors.contains(identity, at: .pageExample))
    }

    @Test func refusesErasuresBeyondTheLimit() {
        var visitors = ErasedVisitors()
        for number in 0..<ErasedVisitors.maximumCount {
            let isAdded = visitors.add(AnonymizedHash(hashing: "\(number)"), at: .pageExample, before: 1)
            #expect(isAdded)
        }
        let isAdded = visitors.add(AnonymizedHash(hashing: "more"), at: .pageExample, before: 1)
        #expect(!isAdded)
        let isReplaced = visitors.add(AnonymizedHash(hashing: "0"), at: .pageExample, before: 2)
        #expect(isReplaced)
    }

    // MARK: - The hash in an event's JSON

    @Test func findsHashesAsKeysOnly() throws {
        let hash = AnonymizedHash(hashing: "x")
        func event(_ json: String) -> EncodedEvent {
            EncodedEvent(id: .stub(1), type: .pageView, date: .pageExample, json: Array(json.utf8)[...])
        }
        #expect(event(#"{"identity_data":{"\#(hash)":2}}"#).isOf(hash))
        #expect(!event(#"{"identity_data":{"\#(AnonymizedHash(hashing: "y"))":2}}"#).isOf(hash))
        #expect(!event(#"{"url":"https://shop.example/\#(hash)"}"#).isOf(hash))
        #expect(!event(#"{"text":"\"\#(hash)\":2"}"#).isOf(hash))
        #expect(!event("").isOf(hash))
        #expect(!event(#""\#(hash)""#).isOf(hash))
        for kind in 1...4 {
            let encoded = try EventEncoder().encode(.stub(), id: .stub(1))
            #expect(try encoded.isOf(.stub(kind)))
        }
    }
}
