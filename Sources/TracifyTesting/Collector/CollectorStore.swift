//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if TestKit
import DequeModule
#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
import NIOCore
import Synchronization
import Tracify

/// The state of a collector: what it received, and its scripted responses.
final class CollectorStore: Sendable {
    private struct State: ~Copyable, EventCollecting {
        var events: Deque<KeptEvent> = []
        var exchanges: Deque<KeptExchange> = []
        var bodyBytes = 0
        var deviations: Deque<EventValidator.Deviation> = []
        var counts: [EventType: Int] = [:]
        var total = 0
        var rejected = 0
        var refused = 0
        var lastRefusal: String?
        var requestCount = 0
        var script: Deque<CollectorReply> = []
        var standingReply = CollectorReply.asTracify
        var observed: Observed?
        /// Grows with each change that the page shows.
        var revision = 0
        var isStopped = false
        var connections: [ObjectIdentifier: any Channel] = [:]
        var streams = 0
        var waiters = EventWaiters()

        func events(of type: EventType?) -> [Event] {
            self.events.lazy.map(\.event).filter { type == nil || $0.type == type }
        }
    }

    /// The tracker whose health and skipped requests the page shows, and the address of its shop.
    struct Observed: Sendable {
        let tracker: Tracker
        let shop: String?
    }

    /// What the page shows.
    struct Content {
        let revision: Int
        let total: Int
        let rejected: Int
        let counts: [EventType: Int]
        /// What is wrong with the responses on purpose; empty when nothing is.
        let fault: String
        let events: [KeptEvent]
        let exchanges: [KeptExchange]
        let lastEvent: Int
        let lastExchange: Int
    }

    let configuration: CollectorConfiguration
    private let judgement: CollectorJudgement
    /// The maximum size of all kept bodies, in bytes.
    private static let maximumBodyBytes = 64 * 1024 * 1024
    /// The maximum number of open pages, each of which costs some work each quarter of a second.
    private static let maximumStreams = 32
    private let state = Mutex(State())

    init(configuration: CollectorConfiguration) {
        self.configuration = configuration
        self.judgement = CollectorJudgement(configuration: configuration)
    }

    var events: [Event] { self.state.withLock { $0.events.map(\.event) } }
    var exchanges: [CollectorExchange] { self.state.withLock { $0.exchanges.map(\.exchange) } }
    var deviations: [EventValidator.Deviation] { self.state.withLock { Array($0.deviations) } }
    var requestCount: Int { self.state.withLock { $0.requestCount } }
    var revision: Int { self.state.withLock { $0.revision } }
    var observed: Observed? { self.state.withLock { $0.observed } }

    func script(_ replies: [CollectorReply]) {
        self.state.withLock { state in
            state.script.append(contentsOf: replies)
            state.revision += 1
        }
    }

    func replyAlways(with reply: CollectorReply) {
        self.state.withLock { state in
            state.standingReply = reply
            state.revision += 1
        }
    }

    func observe(_ observed: Observed) {
        self.state.withLock { state in
            state.observed = observed
            state.revision += 1
        }
    }

    /// Injects a fault into the next response or into all of them; ``CollectorFault/none`` ends all.
    func inject(_ fault: CollectorFault, always: Bool) {
        self.state.withLock { state in
            if fault == .none { state.script.removeAll() }
            if always || fault == .none { state.standingReply = fault.reply } else { state.script.append(fault.reply) }
            state.revision += 1
        }
    }

    /// Returns whether a request to the events API is to be reset after its head.
    func cutsOff() -> Bool {
        self.state.withLock { state in
            let reply = state.script.first ?? state.standingReply
            guard case .resetBeforeBody = reply.behavior else { return false }
            _ = state.script.popFirst()
            state.requestCount += 1
            self.keep(CollectorExchange(body: [], reply: reply, isRead: false), in: &state)
            return true
        }
    }

    /// Records a request to the events API, and returns the response and the request's number.
    ///
    /// The body is `nil` when it was too long to be kept. A request to another path is one of a client with a wrong endpoint.
    func receive(token: String?, body: [UInt8]?, isEndpoint: Bool = true) -> (reply: CollectorReply, number: Int) {
        let scripted = self.state.withLock { state in
            guard isEndpoint else { return CollectorJudgement.wrongPath }
            state.requestCount += 1
            return state.script.popFirst() ?? state.standingReply
        }
        let document = body.flatMap { try? JSONParser.parse($0) }
        var reply = scripted
        var deviations: [EventValidator.Deviation] = []
        if case .judge = scripted.behavior {
            (reply, deviations) = self.judgement.judge(token: token, body: body, document)
            reply.delay = scripted.delay
        }
        let exchange = CollectorExchange(body: body ?? [], reply: reply, isRead: true)
        let number = self.state.withLock { state in
            for deviation in deviations { self.keep(deviation, in: &state.deviations) }
            if case .judge = scripted.behavior, case .answer(200, _, _, _) = reply.behavior, !reply.acceptsEvents {
                state.rejected += 1
            }
            return self.keep(exchange, types: document.map(CollectorJudgement.types) ?? [:], deviations, in: &state)
        }
        if reply.acceptsEvents, let body, let document { self.take(body, document) }
        return (reply, number)
    }

    /// Records that the response to a request was sent.
    func respond(to number: Int, after duration: Duration) {
        self.state.withLock { state in
            // The number of an entry is its index, counted from the first that is kept.
            guard let first = state.exchanges.first?.number, state.exchanges.indices.contains(number - first) else { return }
            state.exchanges[number - first].duration = duration
            state.revision += 1
        }
    }

    /// Returns what came after some events and exchanges, at most a number of each.
    func content(after event: Int, _ exchange: Int, limit: Int) -> Content {
        self.state.withLock { state in
            let events = state.events.suffix(limit).drop { $0.number <= event }
            // One whose response is not sent yet comes again, with all after it.
            let exchanges = state.exchanges.suffix(limit).drop { $0.number <= exchange }
            let unfinished = exchanges.first { $0.duration == nil }
            let fault = state.script.first ?? state.standingReply
            let isFault = if case .judge = fault.behavior { false } else { true }
            return Content(
                revision: state.revision,
                total: state.total,
                rejected: state.rejected,
                counts: state.counts,
                fault: isFault ? "\(fault)\(state.script.isEmpty ? "" : ", next \(state.script.count)")" : "",
                events: Array(events),
                exchanges: Array(exchanges),
                lastEvent: state.events.last?.number ?? event,
                lastExchange: unfinished.map { $0.number - 1 } ?? state.exchanges.last?.number ?? exchange
            )
        }
    }

    @discardableResult
    private func keep(
        _ exchange: CollectorExchange,
        types: [EventType: Int] = [:],
        _ deviations: [EventValidator.Deviation] = [],
        in state: inout State
    ) -> Int {
        let number = (state.exchanges.last?.number ?? 0) + 1
        state.exchanges.append(
            KeptExchange(
                number: number,
                milliseconds: self.milliseconds,
                exchange: exchange,
                types: types,
                deviations: Array(deviations.prefix(KeptExchange.maximumDeviations)),
                duration: exchange.isRead ? nil : .zero
            )
        )
        if let refusal = exchange.reply.refusal {
            state.refused += 1
            state.lastRefusal = refusal
        }
        state.revision += 1
        state.bodyBytes += exchange.body.count
        while state.bodyBytes > CollectorStore.maximumBodyBytes || state.exchanges.count > self.configuration.capacity {
            state.bodyBytes -= state.exchanges.removeFirst().exchange.body.count
        }
        return number
    }

    private var milliseconds: Int64 { Int64((Date().timeIntervalSince1970 * 1000).rounded()) }

    private func take(_ body: [UInt8], _ document: JSONValue) {
        let documents = CollectorJudgement.documents(document)
        guard let events = try? EventDecoder().decode(body), events.count == documents.count else { return }
        let kept = zip(events, documents)
            .map { event, document in
                var json = JSONWriter()
                json.write(document)
                return (event, json.bytes)
            }
        let milliseconds = self.milliseconds
        let due = self.state.withLock { state in
            for (event, json) in kept {
                state.total += 1
                state.counts[event.type, default: 0] += 1
                self.keep(KeptEvent(number: state.total, milliseconds: milliseconds, event: event, json: json), in: &state.events)
            }
            state.revision += 1
            // Moved out, as the events are read meanwhile.
            var waiters = state.waiters
            defer { state.waiters = waiters }
            return waiters.takeDue { state.events(of: $0) }
        }
        for (continuation, events) in due { continuation.resume(returning: events) }
    }

    private func keep<Element>(_ element: Element, in elements: inout Deque<Element>) {
        if elements.count >= self.configuration.capacity { elements.removeFirst() }
        elements.append(element)
    }

    func waitForEvents(_ count: Int, of type: EventType?) async throws -> [Event] {
        try await self.state.waitForEvents(count, of: type)
    }

    /// Returns the kept events as they were sent, and the totals, as JSON.
    func json() -> [UInt8] {
        let (events, total, rejected, deviations, refused, lastRefusal) = self.state.withLock { state in
            (state.events, state.total, state.rejected, state.deviations, state.refused, state.lastRefusal)
        }
        var json = JSONWriter()
        json.writeRaw(#"{"total":"#)
        json.write(total)
        json.writeRaw(#","rejected_requests":"#)
        json.write(rejected)
        json.writeRaw(#","refused_requests":"#)
        json.write(refused)
        if let lastRefusal {
            json.writeRaw(#","last_refusal":"#)
            json.write(lastRefusal)
        }
        json.writeRaw(#","events":["#)
        for (index, event) in events.enumerated() {
            if index > 0 { json.writeRaw(",") }
            json.writeRaw(bytes: event.json)
        }
        json.writeRaw(#"],"deviations":"#)
        json.write(.array(deviations.map { .string($0.description) }))
        json.writeRaw("}")
        return json.bytes
    }

    /// Adds a stream of the page, and returns whether it may stay.
    func addStream() -> Bool {
        self.state.withLock { state in
            guard state.streams < CollectorStore.maximumStreams else { return false }
            state.streams += 1
            return true
        }
    }

    func removeStream() {
        self.state.withLock { $0.streams -= 1 }
    }

    /// Adds a connection, and returns whether it may stay: not when it becomes active after the stop.
    func add(_ channel: any Channel) -> Bool {
        self.state.withLock { state in
            guard !state.isStopped else { return false }
            state.connections[ObjectIdentifier(channel)] = channel
            return true
        }
    }

    func remove(_ channel: any Channel) {
        _ = self.state.withLock { $0.connections.removeValue(forKey: ObjectIdentifier(channel)) }
    }

    func closeConnections() async {
        let channels = self.state.withLock { state in
            state.isStopped = true
            return Array(state.connections.values)
        }
        for channel in channels {
            try? await channel.close().get()
        }
    }
}
#endif
