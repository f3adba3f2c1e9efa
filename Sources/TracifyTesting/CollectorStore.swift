//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if TestKit
import DequeModule
import NIOCore
import Synchronization
import Tracify

/// The state of a collector: what it received, and its scripted responses.
final class CollectorStore: Sendable {
    private struct Waiter {
        let count: Int
        let type: EventType?
        let continuation: CheckedContinuation<[Event], any Error>
    }

    private struct State: ~Copyable {
        var documents: [JSONValue] = []
        var events: [Event] = []
        var exchanges: Deque<CollectorExchange> = []
        var bodyBytes = 0
        var deviations: [EventValidator.Deviation] = []
        var total = 0
        var rejected = 0
        var requestCount = 0
        var script: Deque<CollectorReply> = []
        var standingReply = CollectorReply.asTracify
        var isStopped = false
        var connections: [ObjectIdentifier: any Channel] = [:]
        var nextWaiter = 0
        var waiters: [Int: Waiter] = [:]
    }

    let configuration: CollectorConfiguration
    private let validator: EventValidator
    /// The maximum size of all kept bodies, in bytes.
    private static let maximumBodyBytes = 64 * 1024 * 1024
    private let state = Mutex(State())

    init(configuration: CollectorConfiguration) {
        self.configuration = configuration
        self.validator = EventValidator(urlParameters: configuration.urlParameters)
    }

    var events: [Event] { self.state.withLock { $0.events.suffix(self.configuration.capacity) } }
    var exchanges: [CollectorExchange] { self.state.withLock { Array($0.exchanges) } }
    var deviations: [EventValidator.Deviation] { self.state.withLock { $0.deviations } }
    var requestCount: Int { self.state.withLock { $0.requestCount } }

    func script(_ replies: [CollectorReply]) {
        self.state.withLock { $0.script.append(contentsOf: replies) }
    }

    func replyAlways(with reply: CollectorReply) {
        self.state.withLock { $0.standingReply = reply }
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

    /// Records a request to the events API and returns the response.
    ///
    /// The body is `nil` when it was too long to be kept.
    func receive(token: String?, body: [UInt8]?) -> CollectorReply {
        let scripted = self.state.withLock { state in
            state.requestCount += 1
            return state.script.popFirst() ?? state.standingReply
        }
        var reply = scripted
        var deviations: [EventValidator.Deviation] = []
        if case .judge = scripted.behavior {
            (reply, deviations) = self.judge(token: token, body: body)
            reply.delay = scripted.delay
        }
        self.state.withLock { state in
            self.keep(CollectorExchange(body: body ?? [], reply: reply, isRead: true), in: &state)
            for deviation in deviations { self.keep(deviation, in: &state.deviations) }
            if case .judge = scripted.behavior, case .answer(200, _, _, _) = reply.behavior, !reply.acceptsEvents {
                state.rejected += 1
            }
        }
        if reply.acceptsEvents, let body { self.take(body) }
        return reply
    }

    private func judge(token: String?, body: [UInt8]?) -> (CollectorReply, [EventValidator.Deviation]) {
        guard let token, !token.isEmpty, self.configuration.token.map({ $0 == token }) ?? true else {
            return (self.answer(401, "the token is missing or not known"), [])
        }
        guard let body else { return (self.answer(413, "the body is too long"), []) }
        guard self.eventCount(body) <= self.configuration.maximumBatchSize else {
            return (self.answer(413, "more than \(self.configuration.maximumBatchSize) events"), [])
        }
        let deviations = self.validator.validate(body)
        guard deviations.isEmpty else {
            return (.rejected(deviations.prefix(5).map(\.description).joined(separator: "; ")), deviations)
        }
        let events = (try? EventDecoder().decode(body)) ?? []
        if let reason = events.lazy.compactMap(self.configuration.judge).first {
            return (.rejected(reason), [])
        }
        return (.accepted, [])
    }

    private func eventCount(_ body: [UInt8]) -> Int {
        guard case .array(let events)? = (try? JSONParser.parse(body))?[key: "events"] else { return 0 }
        return events.count
    }

    private func answer(_ status: Int, _ reason: String) -> CollectorReply {
        .status(status, headers: CollectorReply.json, body: String(decoding: CollectorReply.rejection(reason), as: UTF8.self))
    }

    private func keep(_ exchange: CollectorExchange, in state: inout State) {
        state.exchanges.append(exchange)
        state.bodyBytes += exchange.body.count
        while state.bodyBytes > CollectorStore.maximumBodyBytes || state.exchanges.count > self.configuration.capacity {
            state.bodyBytes -= state.exchanges.removeFirst().body.count
        }
    }

    private func take(_ body: [UInt8]) {
        guard
            let document = try? JSONParser.parse(body), case .array(let documents)? = document[key: "events"],
            let events = try? EventDecoder().decode(body)
        else { return }
        let due = self.state.withLock { state -> [(Waiter, [Event])] in
            state.total += events.count
            for document in documents { self.keep(document, in: &state.documents) }
            for event in events { self.keep(event, in: &state.events) }
            var due: [(Waiter, [Event])] = []
            for (id, waiter) in state.waiters {
                let events = CollectorStore.events(state.events, of: waiter.type)
                guard events.count >= waiter.count else { continue }
                state.waiters[id] = nil
                due.append((waiter, events))
            }
            return due
        }
        for (waiter, events) in due {
            waiter.continuation.resume(returning: events)
        }
    }

    private func keep<Element>(_ element: Element, in elements: inout [Element]) {
        // The older half is evicted at twice the capacity, so that an element costs no move.
        if elements.count >= self.configuration.capacity * 2 {
            elements.removeFirst(elements.count - self.configuration.capacity)
        }
        elements.append(element)
    }

    private static func events(_ events: [Event], of type: EventType?) -> [Event] {
        type.map { type in events.filter { $0.type == type } } ?? events
    }

    func waitForEvents(_ count: Int, of type: EventType?) async throws -> [Event] {
        let id = self.state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let result: Result<[Event], any Error>? = self.state.withLock { state in
                    let events = CollectorStore.events(state.events, of: type)
                    if events.count >= count { return .success(events) }
                    if Task.isCancelled { return .failure(CancellationError()) }
                    state.waiters[id] = Waiter(count: count, type: type, continuation: continuation)
                    return nil
                }
                if let result { continuation.resume(with: result) }
            }
        } onCancel: {
            self.state.withLock { $0.waiters.removeValue(forKey: id) }?.continuation.resume(throwing: CancellationError())
        }
    }

    /// Returns the newest events as they were sent, and the totals, as JSON.
    func json(newest limit: Int) -> [UInt8] {
        let (documents, total, rejected, deviations) = self.state.withLock { state in
            (Array(state.documents.suffix(limit)), state.total, state.rejected, Array(state.deviations.suffix(limit)))
        }
        var json = JSONWriter()
        json.writeRaw(#"{"total":"#)
        json.write(total)
        json.writeRaw(#","rejected_requests":"#)
        json.write(rejected)
        json.writeRaw(#","events":"#)
        json.write(.array(documents))
        json.writeRaw(#","deviations":"#)
        json.write(.array(deviations.map { .string($0.description) }))
        json.writeRaw("}")
        return json.bytes
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
