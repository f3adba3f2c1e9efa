//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Foundation
import HTTPTypes
import Logging
import Synchronization
import Testing

@testable import Tracify

/// Erasure of a visitor: in the queue, in memory, in the store and among the dead letters, without orders.
@Suite(.timeLimit(.minutes(15)))
struct ErasureTests {
    private static let session = AnonymizedHash(hashing: "\(Browsing.address)|\(Browsing.userAgent)")

    private let sink = InMemorySink()
    private let clock = ManualClock()
    private let log = LogLines()
    private let now = Shared(Date.pageExample)

    private func tracker(
        _ sink: some EventSink,
        store: (any EventStore)? = nil,
        sessions: (any SessionStore)? = nil,
        _ change: (inout Tracker.Configuration) -> Void = { _ in }
    ) throws -> Tracker {
        let now = self.now
        return try Tracker(
            configuration: .stub {
                $0.shutdown.gracefulDeadline = .seconds(10)
                change(&$0)
            },
            sink: sink,
            store: store,
            sessions: sessions,
            logger: self.log.logger,
            clock: self.clock,
            now: { now.value }
        )
    }

    private func view(_ tracker: Tracker, _ path: String, from address: String = Browsing.address) {
        tracker.requestCompleted(Browsing.request(path), from: PeerAddress(text: address), response: Browsing.page)
    }

    private func viewOther(_ tracker: Tracker, _ path: String) { self.view(tracker, path, from: "203.0.113.1") }

    /// Views pages `/0`, `/1` and so on: those with even numbers by the visitor.
    private func viewByTurns(_ tracker: Tracker, _ count: Int) {
        for index in 0..<count {
            if index.isMultiple(of: 2) { self.view(tracker, "/\(index)") } else { self.viewOther(tracker, "/\(index)") }
        }
    }

    private func order(_ id: String) throws -> Order { try Order(id: id, currency: .eur, amount: .zero) }

    private func paths(_ events: [EncodedEvent]) throws -> [String] {
        try events.map { String(try $0.decoded().url.text.dropFirst("https://shop.example".count)) }
    }

    private func expectNoHashInLog() {
        #expect(!self.log.lines.contains { $0.contains("\(Self.session)") })
    }

    // MARK: - The queue

    @Test func dropsWhatTheQueueHoldsAndTracksWhatComesAfterward() async throws {
        let tracker = try self.tracker(self.sink)
        self.view(tracker, "/1")
        self.viewOther(tracker, "/other")
        self.view(tracker, "/2")
        tracker.itemsAddedToCart([], by: Browsing.visit())
        try await tracker.eraseVisitor(Self.session)
        self.now.change { $0 += 0.001 }
        self.view(tracker, "/after")
        try await running(tracker) {}
        #expect(self.sink.events.map(\.url.text) == ["https://shop.example/other", "https://shop.example/after"])
        let statistics = tracker.statistics
        #expect(statistics.dropped(.erased, .pageView) == 2)
        #expect(statistics.dropped(.erased, .addToCart) == 1)
        #expect(statistics.captured() == statistics.delivered() + statistics.dropped())
        self.expectNoHashInLog()
    }

    @Test(arguments: [
        "\(Browsing.address)|\(Browsing.userAgent)", Browsing.address, Browsing.userAgent, "jane@shop.example",
    ])
    func takesEachHashOfTheIdentity(text: String) async throws {
        let tracker = try self.tracker(self.sink)
        tracker.productViewed(by: Browsing.visit().with(email: "jane@shop.example"))
        var other = Browsing.request("/other", userAgent: "Mozilla/5.0 (Macintosh) Safari/605.1")
        other.headerFields[.accept] = "text/html"
        tracker.requestCompleted(other, from: PeerAddress(text: "203.0.113.1"), response: Browsing.page)
        try await tracker.eraseVisitor(AnonymizedHash(hashing: text))
        try await running(tracker) {}
        #expect(self.sink.events.map(\.type) == [.pageView])
        #expect(tracker.statistics.dropped(.erased, .productView) == 1)
    }

    @Test func sparesOrdersConversionsAndSurveyAnswers() async throws {
        let tracker = try self.tracker(self.sink)
        let visit = Browsing.visit()
        try await tracker.orderPlaced(self.order("1"), by: visit)
        try await tracker.conversionCompleted(Conversion(id: "2", currency: .eur, amount: .zero), by: visit)
        try await tracker.surveyAnswered(SurveyAnswer(orderID: "1", source: .google), by: visit)
        tracker.productViewed(by: visit)
        try await tracker.eraseVisitor(Self.session)
        try await running(tracker) {}
        #expect(self.sink.events.map(\.type) == [.purchase, .conversion, .postPurchaseSurvey])
        #expect(tracker.statistics.dropped() == 1)
    }

    // MARK: - Batches in memory

    @Test func dropsWhatWaitsInMemoryDuringAnOutage() async throws {
        let sink = ScriptedSink { _ in .retryable("down") }
        let tracker = try self.tracker(sink) { $0.batches.maximumEvents = 4 }
        try await running(tracker) {
            self.viewByTurns(tracker, 8)
            try await tracker.orderPlaced(self.order("1"), by: Browsing.visit("/checkout"))
            try await self.clock.advance(by: .milliseconds(100)) { tracker.statistics.queued == 0 && sink.attempts.count > 4 }
            try await tracker.eraseVisitor(Self.session)
            #expect(tracker.statistics.dropped(.erased, .pageView) == 4)
            sink.decide { _ in nil }
            try await self.clock.advance(by: .milliseconds(100)) { tracker.statistics.delivered() == 5 }
        }
        #expect(Set(sink.delivered) == ["/1", "/3", "/5", "/7", "/checkout"])
        let statistics = tracker.statistics
        #expect(statistics.captured() == statistics.delivered() + statistics.dropped())
        self.expectNoHashInLog()
    }

    @Test(arguments: [true, false])
    func dropsWhatIsBeingSentIfItFails(fails: Bool) async throws {
        let sink = PausingSink()
        let tracker = try self.tracker(sink) { $0.batches.maximumEvents = 2 }
        try await running(tracker) {
            self.view(tracker, "/1")
            self.viewOther(tracker, "/2")
            await sink.waitUntilBusy()
            try await tracker.eraseVisitor(Self.session)
            #expect(tracker.statistics.dropped() == 0)
            sink.release(fails ? .retryable("down") : nil)
            try await self.clock.advance(by: .milliseconds(100)) { tracker.statistics.delivered() == (fails ? 1 : 2) }
        }
        #expect(sink.delivered == [fails ? ["/2"] : ["/1", "/2"]])
        #expect(tracker.statistics.dropped(.erased, .pageView) == (fails ? 1 : 0))
    }

    // MARK: - Dead letters

    @Test func dropsDeadLettersInMemoryButThoseOfOrders() async throws {
        let sink = ScriptedSink { batch in
            ["/1", "/2", "/checkout"].contains { batch.contains(path: $0) } ? .rejected("no") : nil
        }
        let tracker = try self.tracker(sink)
        try await running(tracker) {
            self.view(tracker, "/1")
            self.viewOther(tracker, "/2")
            self.viewOther(tracker, "/good")
            try await tracker.orderPlaced(self.order("1"), by: Browsing.visit("/checkout"))
            try await self.clock.advance(by: .milliseconds(100)) { tracker.statistics.rejected() == 3 }
            try await tracker.eraseVisitor(Self.session)
            let letters = try await tracker.deadLetters()
            #expect(try Set(self.paths(letters.map(\.event))) == ["/2", "/checkout"])
        }
        #expect(tracker.statistics.dropped(.erased, .pageView) == 1)
        #expect(tracker.statistics.dropped() == 1)
    }

    // MARK: - Sessions

    private func land(_ tracker: Tracker) {
        tracker.requestCompleted(
            Browsing.request("/go?utm_source=mail"),
            from: PeerAddress(text: Browsing.address),
            response: HTTPResponse(status: .found, headerFields: [.location: "/"])
        )
    }

    @Test(arguments: [true, false])
    func forgetsTheLandingOfTheSession(isKept: Bool) async throws {
        let tracker = try self.tracker(self.sink)
        try await running(tracker) {
            self.land(tracker)
            if isKept {
                // The ticker moves the landing to the session store.
                self.viewOther(tracker, "/")
                try await self.clock.advance(by: .milliseconds(500)) { tracker.statistics.delivered() == 1 }
            }
            try await tracker.eraseVisitor(Self.session)
            self.now.change { $0 += 1 }
            self.view(tracker, "/after")
            try await self.clock.advance(by: .milliseconds(500)) { tracker.statistics.delivered() == (isKept ? 2 : 1) }
        }
        #expect(self.sink.events.allSatisfy { $0.parameters.isEmpty })
    }

    @Test func keepsTheLandingsOfOthers() async throws {
        let store = try MemorySessionStore()
        let (mine, other) = (Self.session, AnonymizedHash(hashing: "other"))
        let parameters = [try URLParameter(name: "utm_source", value: "mail")]
        store.keep([mine, other].map { SessionLanding(session: $0, parameters: parameters, date: .pageExample) })
        await store.eraseSession(mine)
        #expect(store.count == 1)
        let entries = store.enter([mine, other].map { SessionVisit(session: $0, date: .pageExample) })
        #expect(entries.map(\.parameters) == [[], parameters])
        #expect(entries.map(\.isFirst) == [true, true])
    }

    private final class ErasableSessions: SessionStore {
        let erased = Mutex<[AnonymizedHash]>([])

        func keep(_ landings: [SessionLanding]) async {}
        func enter(_ visits: [SessionVisit]) async -> [SessionEntry] { [] }
        func eraseSession(_ session: AnonymizedHash) async throws { self.erased.withLock { $0.append(session) } }
    }

    private struct PlainSessions: SessionStore {
        func keep(_ landings: [SessionLanding]) async {}
        func enter(_ visits: [SessionVisit]) async -> [SessionEntry] { [] }
    }

    private struct HangingSessions: SessionStore {
        func keep(_ landings: [SessionLanding]) async {}
        func enter(_ visits: [SessionVisit]) async -> [SessionEntry] { [] }
        func eraseSession(_ session: AnonymizedHash) async throws {
            // Ends when the task is cancelled.
            for await _ in AsyncStream<Void>.makeStream().stream {}
            throw CancellationError()
        }
    }

    @Test func erasesTheSessionOfACustomStore() async throws {
        let sessions = ErasableSessions()
        let tracker = try self.tracker(self.sink, sessions: sessions)
        try await tracker.eraseVisitor(Self.session)
        #expect(sessions.erased.withLock { $0 } == [Self.session])
    }

    /// A session store without the operation is no reason to keep the events.
    @Test func reportsASessionStoreThatCannotErase() async throws {
        let tracker = try self.tracker(self.sink, sessions: PlainSessions())
        self.view(tracker, "/")
        let error = await #expect(throws: TrackerError.self) { try await tracker.eraseVisitor(Self.session) }
        #expect(error?.code == .sessionErasureUnsupported)
        try await running(tracker) {}
        #expect(self.sink.events.isEmpty)
    }

    @Test func reportsASessionStoreThatHangs() async throws {
        let tracker = try self.tracker(self.sink, sessions: HangingSessions())
        let call = Task { try await tracker.eraseVisitor(Self.session) }
        await self.clock.waitForSleepers(1)
        self.clock.advance(by: .seconds(1))
        let error = await #expect(throws: TrackerError.self) { try await call.value }
        #expect(error?.code == .sessionStoreTimeout)
    }

    // MARK: - A store

    @Test func erasesStoredEventsButOrders() async throws {
        let (sink, store) = (ScriptedSink { _ in .retryable("down") }, FaultyStore())
        let tracker = try self.tracker(sink, store: store) { $0.batches.maximumEvents = 4 }
        try await running(tracker) {
            self.viewByTurns(tracker, 8)
            try await tracker.orderPlaced(self.order("1"), by: Browsing.visit("/checkout"))
            try await self.clock.advance(by: .milliseconds(100)) { store.events.count == 9 && sink.attempts.count > 4 }
            try await tracker.eraseVisitor(Self.session)
            #expect(try Set(self.paths(store.events.map(\.event))) == ["/1", "/3", "/5", "/7", "/checkout"])
            #expect(tracker.statistics.dropped(.erased, .pageView) == 4)
            sink.decide { _ in nil }
            try await self.clock.advance(by: .milliseconds(100)) { store.events.isEmpty }
        }
        #expect(Set(sink.delivered) == ["/1", "/3", "/5", "/7", "/checkout"])
        let statistics = tracker.statistics
        #expect(statistics.captured() == statistics.delivered() + statistics.dropped())
        self.expectNoHashInLog()
    }

    /// Each event is counted once, also when it is in flight.
    @Test(arguments: [true, false])
    func countsStoredEventsInFlightOnce(fails: Bool) async throws {
        let (sink, store) = (PausingSink(), FaultyStore())
        let tracker = try self.tracker(sink, store: store) { $0.batches.maximumEvents = 2 }
        try await running(tracker) {
            self.view(tracker, "/1")
            self.viewOther(tracker, "/2")
            await sink.waitUntilBusy()
            try await tracker.eraseVisitor(Self.session)
            #expect(try self.paths(store.events.map(\.event)) == ["/2"])
            sink.release(fails ? .retryable("down") : nil)
            try await self.clock.advance(by: .milliseconds(100)) { store.events.isEmpty }
        }
        #expect(sink.delivered == [fails ? ["/2"] : ["/1", "/2"]])
        #expect(tracker.statistics.dropped(.erased, .pageView) == (fails ? 1 : 0))
    }

    @Test func waitsForRecordsThatAreBeingStored() async throws {
        let store = FaultyStore()
        store.change { $0.hanging = [.append] }
        let tracker = try self.tracker(self.sink, store: store) { $0.batches.maximumEvents = 2 }
        try await running(tracker) {
            self.view(tracker, "/1")
            self.viewOther(tracker, "/2")
            try await waitUntil { store.calls(.append) == 1 }
            let call = Task { try await tracker.eraseVisitor(Self.session) }
            for _ in 0..<100 { await Task.yield() }
            #expect(store.calls(.erase) == 0)
            store.change { $0.hanging = [] }
            store.release()
            try await call.value
            try await self.clock.advance(by: .milliseconds(100)) { tracker.statistics.delivered() == 1 }
        }
        #expect(self.sink.events.map(\.url.text) == ["https://shop.example/2"])
        #expect(tracker.statistics.dropped(.erased, .pageView) == 1)
    }

    @Test func reportsAStoreThatFails() async throws {
        let (sink, store) = (ScriptedSink { _ in .retryable("down") }, FaultyStore())
        store.change { $0.failing = [.erase] }
        let tracker = try self.tracker(sink, store: store) { $0.batches.maximumEvents = 2 }
        try await running(tracker) {
            self.view(tracker, "/1")
            self.viewOther(tracker, "/2")
            try await self.clock.advance(by: .milliseconds(100)) { !sink.attempts.isEmpty }
            self.land(tracker)
            let error = await #expect(throws: EventStoreError.self) { try await tracker.eraseVisitor(Self.session) }
            #expect(error?.code == .disk)
            #expect(tracker.statistics.dropped() == 0)
            store.change { $0.failing = [] }
            try await tracker.eraseVisitor(Self.session)
            #expect(tracker.statistics.dropped(.erased, .pageView) == 1)
            sink.decide { _ in nil }
            try await self.clock.advance(by: .milliseconds(100)) { store.events.isEmpty }
        }
        #expect(sink.delivered == ["/2"])
    }

    @Test func reportsAStoreThatCannotErase() async throws {
        let tracker = try self.tracker(self.sink, store: RecordingStore())
        let error = await #expect(throws: EventStoreError.self) { try await tracker.eraseVisitor(Self.session) }
        #expect(error?.code == .unsupported)
    }

    @Test func dropsWhatBypassedAStore() async throws {
        let (sink, store) = (ScriptedSink { _ in .retryable("down") }, FaultyStore())
        store.change { $0.failing = [.append] }
        let tracker = try self.tracker(sink, store: store) { $0.batches.maximumEvents = 2 }
        try await running(tracker) {
            self.view(tracker, "/1")
            self.viewOther(tracker, "/2")
            try await self.clock.advance(by: .milliseconds(100)) { !sink.attempts.isEmpty }
            try await tracker.eraseVisitor(Self.session)
            #expect(tracker.statistics.dropped(.erased, .pageView) == 1)
            sink.decide { _ in nil }
            try await self.clock.advance(by: .milliseconds(100)) { tracker.statistics.delivered() == 1 }
        }
        #expect(sink.delivered == ["/2"])
    }

    // MARK: - Limits

    @Test func refusesErasuresBeyondTheLimit() async throws {
        let tracker = try self.tracker(self.sink) { $0.sessions.maximumSessions = 0 }
        self.view(tracker, "/")
        for number in 0..<ErasedVisitors.maximumCount { try await tracker.eraseVisitor(AnonymizedHash(hashing: "\(number)")) }
        let error = await #expect(throws: TrackerError.self) { try await tracker.eraseVisitor(Self.session) }
        #expect(error?.code == .tooManyErasures)
        try await running(tracker) {
            // Without waiting records, an erasure is forgotten at once.
            try await self.clock.advance(by: .milliseconds(500)) { tracker.statistics.delivered() == 1 }
            for number in 0..<10 { try await tracker.eraseVisitor(AnonymizedHash(hashing: "\(number)")) }
            try await tracker.eraseVisitor(Self.session)
        }
    }
}

/// A sink whose first delivery waits until a test says how it ends.
private final class PausingSink: EventSink {
    private let first = StubbornSink()
    private let state = Mutex((count: 0, failure: DeliveryError?.none, delivered: [[String]]()))

    /// The paths of the accepted batches.
    var delivered: [[String]] { self.state.withLock { $0.delivered } }

    func waitUntilBusy() async { await self.first.waitUntilBusy() }

    func release(_ failure: DeliveryError?) {
        self.state.withLock { $0.failure = failure }
        self.first.release()
    }

    func deliver(_ batch: EventBatch) async throws {
        let isFirst = self.state.withLock { state in
            state.count += 1
            return state.count == 1
        }
        if isFirst { try await self.first.deliver(batch) }
        if isFirst, let failure = self.state.withLock({ $0.failure }) { throw failure }
        let paths = try batch.paths()
        self.state.withLock { $0.delivered.append(paths) }
    }
}
