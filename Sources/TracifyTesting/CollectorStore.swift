#if TestKit
import DequeModule
import NIOCore
import Synchronization
import Tracify

/// What a collector has received, and what it is told to answer.
final class CollectorStore: Sendable {
    private struct Waiter {
        let count: Int
        let type: EventType?
        let continuation: CheckedContinuation<[Event], any Error>
    }

    private struct State: ~Copyable {
        var documents: [JSONValue] = []
        var events: [Event] = []
        var bodies: Deque<[UInt8]> = []
        var bodyBytes = 0
        var deviations: [EventValidator.Deviation] = []
        var total = 0
        var rejected = 0
        var requestCount = 0
        var script: [CollectorReply] = []
        var connections: [ObjectIdentifier: any Channel] = [:]
        var nextWaiter = 0
        var waiters: [Int: Waiter] = [:]
    }

    let configuration: Collector.Configuration
    private let validator: EventValidator
    /// How much of the bodies is kept.
    private static let maximumBodyBytes = 64 * 1024 * 1024
    private let state = Mutex(State())

    init(configuration: Collector.Configuration) {
        self.configuration = configuration
        self.validator = EventValidator(urlParameters: configuration.urlParameters)
    }

    var events: [Event] { self.state.withLock { $0.events.suffix(self.configuration.capacity) } }
    var bodies: [[UInt8]] { self.state.withLock { Array($0.bodies) } }
    var deviations: [EventValidator.Deviation] { self.state.withLock { $0.deviations } }
    var requestCount: Int { self.state.withLock { $0.requestCount } }

    func script(_ replies: [CollectorReply]) {
        self.state.withLock { $0.script.append(contentsOf: replies) }
    }

    /// Takes a request to the events API and says what to answer.
    func receive(token: String?, body: [UInt8]) -> CollectorReply.Behaviour {
        let reply = self.state.withLock { state in
            state.requestCount += 1
            state.bodies.append(body)
            state.bodyBytes += body.count
            while state.bodyBytes > CollectorStore.maximumBodyBytes || state.bodies.count > self.configuration.capacity {
                state.bodyBytes -= state.bodies.removeFirst().count
            }
            return state.script.isEmpty ? .asTracify : state.script.removeFirst()
        }
        guard case .judge = reply.behaviour else {
            if reply.takesEvents { self.take(body) }
            return reply.behaviour
        }
        guard let token, !token.isEmpty, self.configuration.token.map({ $0 == token }) ?? true else {
            return self.answer(401, "the token is missing or not known")
        }
        guard self.eventCount(body) <= self.configuration.maximumBatchSize else {
            return self.answer(413, "more than \(self.configuration.maximumBatchSize) events")
        }
        let deviations = self.validator.validate(body)
        guard deviations.isEmpty else {
            self.state.withLock { state in
                state.rejected += 1
                for deviation in deviations { self.keep(deviation, in: &state.deviations) }
            }
            return self.answer(200, deviations.prefix(5).map(\.description).joined(separator: "; "))
        }
        self.take(body)
        return CollectorReply.accepted.behaviour
    }

    private func eventCount(_ body: [UInt8]) -> Int {
        guard case .array(let events)? = (try? JSONParser.parse(body))?[key: "events"] else { return 0 }
        return events.count
    }

    private func answer(_ status: Int, _ reason: String) -> CollectorReply.Behaviour {
        .answer(status: status, headers: CollectorReply.json, body: CollectorReply.rejection(reason), declaredLength: nil)
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
        // Twice the capacity before the older half goes: what is kept costs no move per element.
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

    /// What came, as JSON: the newest events as they were sent, and the totals.
    func json(newest limit: Int) -> [UInt8] {
        let (documents, total, rejected, deviations) = self.state.withLock { state in
            (Array(state.documents.suffix(limit)), state.total, state.rejected, Array(state.deviations.suffix(limit)))
        }
        var bytes = Array(#"{"total":\#(total),"rejected_requests":\#(rejected),"events":"#.utf8)
        JSONWriter.write(.array(documents), to: &bytes)
        JSONWriter.writeRaw(#","deviations":"#, to: &bytes)
        JSONWriter.write(.array(deviations.map { .string($0.description) }), to: &bytes)
        bytes.append(UInt8(ascii: "}"))
        return bytes
    }

    func add(_ channel: any Channel) {
        self.state.withLock { $0.connections[ObjectIdentifier(channel)] = channel }
    }

    func remove(_ channel: any Channel) {
        _ = self.state.withLock { $0.connections.removeValue(forKey: ObjectIdentifier(channel)) }
    }

    func closeConnections() async {
        for channel in self.state.withLock({ Array($0.connections.values) }) {
            try? await channel.close().get()
        }
    }
}
#endif
