//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if NATS
import Synchronization
import Tracify

/// A stream of events as an outbox: to claim is to fetch, to delete is to acknowledge.
///
/// A broker gives a message that is not acknowledged in time to another relay, so relays need no coordinator.
final class JetStreamOutbox: Outbox {
    let lane: DeliveryLane
    private let names: FleetNames
    let connection: BrokerConnection
    private let retry: RetryConfiguration
    private let clock: any Clock<Duration>
    /// The messages of each claimed event by their number: an event may be in a stream twice.
    private let held = Mutex<[EventID: [UInt64: IncomingMessage]]>([:])
    private let consumer: PullConsumer
    private let confirmations = Confirmations()
    /// Shorter than the time that a tracker gives its store.
    private static let timeout = Duration.seconds(2)
    private let inbox: String

    init(
        _ lane: DeliveryLane,
        _ connection: BrokerConnection,
        _ configuration: JetStreamConfiguration,
        retry: RetryConfiguration,
        clock: any Clock<Duration>
    ) {
        self.lane = lane
        self.names = FleetNames(prefix: configuration.prefix)
        self.connection = connection
        self.retry = retry
        self.clock = clock
        self.consumer = PullConsumer(
            stream: self.names.stream(of: lane),
            consumer: FleetNames.consumer,
            inbox: "\(configuration.prefix).pulls.\(EventID())",
            connection: connection,
            clock: clock
        )
        self.inbox = "\(configuration.prefix).confirmations.\(EventID())"
    }

    func claim(limit: Int, lease: Duration) async throws -> [OutboxEntry] {
        let messages: [IncomingMessage]
        do {
            messages = try await self.consumer.fetch(limit)
        } catch {
            // Its text is logged, unlike that of a foreign error.
            throw EventStoreError(.disk, "the brokers: \(error)")
        }
        var entries: [OutboxEntry] = []
        entries.reserveCapacity(messages.count)
        var foreign: [IncomingMessage] = []
        self.held.withLock { held in
            for message in messages {
                guard let id = message.id else {
                    foreign.append(message)
                    continue
                }
                held[id, default: [:]][message.sequence] = message
                entries.append(OutboxEntry(id: id, json: message.payload))
            }
        }
        // It comes again when that fails, and those beside it are delivered.
        for message in foreign { try? await self.moveToDeadLetters(message, EventID(), reason: "the message has no event ID") }
        return entries
    }

    func delete(ids: [EventID]) async throws {
        let messages = self.messages(of: ids)
        try await self.sendReceipts(messages, .accepted)
        try await self.acknowledge(messages.map(\.message))
        self.forget(messages)
    }

    func release(ids: [EventID]) async throws {
        let messages = self.messages(of: ids)
        self.forget(messages)
        try await self.connection.send(
            messages.map { _, message in
                // The more often it was fetched, the later it comes again.
                let failures = Int(clamping: message.deliveries)
                let delay = self.retry.pause(afterFailures: failures, jitter: Double.random(in: 0...1))
                return (message.reply, #"-NAK {"delay": \#(delay.nanoseconds)}"#)
            }
        )
    }

    func reject(id: EventID, reason: String) async throws {
        let messages = self.messages(of: [id])
        for (_, message) in messages { try await self.moveToDeadLetters(message, id, reason: reason) }
        self.forget(messages)
    }

    /// The name of the stream.
    var stream: String { self.names.stream(of: self.lane) }

    private func messages(of ids: [EventID]) -> [(id: EventID, message: IncomingMessage)] {
        self.held.withLock { held in ids.flatMap { id in (held[id] ?? [:]).values.map { (id, $0) } } }
    }

    /// Forgets messages, and not a repetition that was fetched meanwhile.
    private func forget(_ messages: [(id: EventID, message: IncomingMessage)]) {
        self.held.withLock { held in
            for (id, message) in messages {
                held[id]?[message.sequence] = nil
                if held[id]?.isEmpty ?? false { held[id] = nil }
            }
        }
    }

    private func moveToDeadLetters(_ message: IncomingMessage, _ id: EventID, reason: String) async throws {
        do {
            try await self.publishDeadLetter(message.payload, id, reason)
        } catch let error as DeliveryError where error.code == .rejected {
            // With the reason it is longer than a message may be.
            try await self.publishDeadLetter("", id, reason)
        }
        try await self.sendReceipts([(id, message)], .rejected(reason: reason))
        try await self.acknowledge([message])
    }

    private func publishDeadLetter(_ payload: String, _ id: EventID, _ reason: String) async throws {
        let letter = OutgoingMessage(
            subject: self.names.deadLetterSubject(self.lane),
            id: id.description,
            payload: payload,
            headers: [(OutgoingMessage.reasonHeader, reason)]
        )
        try await self.connection.publish([letter]).wait(Self.timeout, clock: self.clock)
    }

    // MARK: - To the brokers

    /// Tells the servers what became of their orders.
    private func sendReceipts(_ messages: [(id: EventID, message: IncomingMessage)], _ outcome: Receipts.Outcome) async throws {
        var lines: [String: [String]] = [:]
        for (id, message) in messages {
            if let receipt = message.receipt, self.names.isReceiptSubject(receipt) {
                lines[receipt, default: []].append(ReceiptText.line(id, outcome))
            }
        }
        guard !lines.isEmpty else { return }
        try await self.connection.send(lines.map { ($0.key, $0.value.joined(separator: "\n")) })
    }

    /// Acknowledges messages, and waits until the brokers say that they know.
    ///
    /// Otherwise a page view whose acknowledgement is lost would be sent a second time.
    private func acknowledge(_ messages: [IncomingMessage]) async throws {
        guard !messages.isEmpty else { return }
        let confirmations = self.confirmations
        try await self.connection.subscribeOnce(
            "\(self.inbox).*",
            MessageHandler { confirmations.add(IncomingMessage.subject(of: $0)) }
        )
        let subject = "\(self.inbox).\(confirmations.nextNumber())"
        let publication = confirmations.expect(messages.count, on: subject)
        defer { confirmations.forget(subject) }
        try await self.connection.send(messages.map { ($0.reply, "+ACK") }, replyTo: subject)
        try await publication.wait(Self.timeout, clock: self.clock)
    }
}

/// The acknowledgements that a broker has yet to confirm, by the subject of the confirmations.
private final class Confirmations: Sendable {
    private let publications = Mutex<[String: Publication]>([:])
    private let number = Atomic<UInt64>(0)

    func nextNumber() -> UInt64 { self.number.wrappingAdd(1, ordering: .relaxed).newValue }

    func expect(_ count: Int, on subject: String) -> Publication {
        let publication = Publication(count: count)
        self.publications.withLock { $0[subject] = publication }
        return publication
    }

    func add(_ subject: String) {
        self.publications.withLock { $0[subject] }?.complete(nil)
    }

    func forget(_ subject: String) {
        self.publications.withLock { _ = $0.removeValue(forKey: subject) }
    }
}
#endif
