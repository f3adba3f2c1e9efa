//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if NATS
public import Logging
public import Tracify

/// Delivers to NATS JetStream, from where relays (`tracifyctl relay`) deliver to Tracify.
///
/// Page views, product views and add-to-carts are delivered when a broker has acknowledged them. An order, a conversion or a survey answer is
/// delivered when a relay says that Tracify has accepted it; until then the tracker keeps it and publishes it again from time to time. So an
/// order is safe as long as this server's store is, whatever happens to the brokers.
///
/// ```swift
/// let sink = try JetStreamSink(configuration: .init(servers: ["tls://broker.example.com:4222"]), logger: logger)
/// let tracker = try Tracker(configuration: configuration, sink: sink, store: store)
/// ```
public final class JetStreamSink: EventSink {
    private let configuration: JetStreamConfiguration
    private let names: FleetNames
    private let connection: BrokerConnection
    private let receipts = Receipts()
    private let clock: any Clock<Duration>
    /// The subject that takes this process's receipts.
    private let inbox: String

    /// Creates a sink.
    ///
    /// It connects with the first delivery, and again whenever a connection is lost.
    ///
    /// - Parameters:
    ///   - configuration: The brokers.
    ///   - logger: The logger, which is told of lost connections.
    ///   - clock: The clock by which receipts are waited for.
    /// - Throws: `ValidationError` about a setting.
    public init(
        configuration: JetStreamConfiguration,
        logger: Logger,
        clock: any Clock<Duration> = ContinuousClock()
    ) throws(ValidationError) {
        try configuration.validate()
        self.configuration = configuration
        self.names = FleetNames(prefix: configuration.prefix)
        self.connection = BrokerConnection(configuration, logger: logger)
        self.clock = clock
        self.inbox = self.names.newReceiptSubject()
    }

    /// Publishes a batch, and waits for the acknowledgements of the brokers and, for orders, for the receipts of the relays.
    ///
    /// - Parameter batch: The events.
    /// - Throws: `DeliveryError`: retryable while no broker acknowledges, awaiting a receipt while Tracify has not accepted an order.
    public func deliver(_ batch: EventBatch) async throws {
        let ids = batch.map(\.id)
        let known = self.receipts.outcomes(of: ids)
        let rest = batch.filter { known[$0.id] == nil }
        if batch.contains(where: { DeliveryLane($0.type) == .orders }) {
            let messages = rest.map { self.message(for: $0, receipt: self.inbox) }
            if let failure = await self.publish(messages, receipts: self.inbox).failure { throw failure }
            try await self.checkReceipts(of: ids)
        } else {
            let (acknowledged, failure) = await self.publish(rest.map { self.message(for: $0) })
            if let failure {
                // The rest is published again, and these are not: the deduplication window may be over by then.
                self.receipts.add(acknowledged.map { (rest[$0].id, .accepted) })
                throw failure
            }
        }
        self.receipts.forget(ids)
    }

    private func checkReceipts(of ids: [EventID]) async throws {
        await self.waitForReceipts(of: ids)
        try Task.checkCancellation()
        let outcomes = self.receipts.outcomes(of: ids)
        let reasons = ids.lazy.compactMap { id in if case .rejected(let reason)? = outcomes[id] { reason } else { nil } }
        if let reason = reasons.first {
            if ids.count == 1 { self.receipts.forget(ids) }
            throw DeliveryError.rejected(reason)
        }
        guard outcomes.count == Set(ids).count else {
            throw DeliveryError.awaitingReceipt(
                "the brokers have the events, and no relay says yet that Tracify has accepted them",
                retryAfter: self.configuration.receiptInterval
            )
        }
    }

    /// Closes the connection.
    public func shutdown() async {
        await self.connection.close()
    }

    /// Publishes messages.
    ///
    /// - Parameters:
    ///   - messages: The messages.
    ///   - inbox: The subject of the receipts that are waited for; `nil` without any.
    /// - Returns: The numbers of those that were acknowledged, and the failure of the others.
    private func publish(_ messages: [OutgoingMessage], receipts inbox: String? = nil) async -> (
        acknowledged: [Int], failure: DeliveryError?
    ) {
        guard !messages.isEmpty else { return ([], nil) }
        let connection = self.connection
        let receipts = self.receipts
        let timeout = self.configuration.acknowledgementTimeout
        // A call of libnats may hang while a broker does not finish its part of a new connection.
        let result = await withTimeout(timeout, clock: self.clock) { () async -> Result<Publication, BrokerFailure> in
            do throws(BrokerFailure) {
                if let inbox {
                    let handler = MessageHandler { receipts.add(ReceiptText.parse(IncomingMessage.text(of: $0))) }
                    try await connection.subscribeOnce(inbox, handler)
                }
                return .success(try await connection.publish(messages))
            } catch {
                return .failure(error)
            }
        }
        switch result {
        case .success(let publication)?:
            let failure = await publication.failure(within: timeout, clock: self.clock)
            return (publication.acknowledged, failure)
        case .failure(let failure)?: return ([], failure.deliveryError)
        case nil: return ([], .retryable("the connection to the brokers does not respond"))
        }
    }

    private func message(for event: EncodedEvent, receipt: String? = nil) -> OutgoingMessage {
        OutgoingMessage(
            subject: self.names.subject(event.type, event.id),
            id: event.id.description,
            payload: OutboxEntry(event).json,
            headers: receipt.map { [(OutgoingMessage.receiptHeader, $0)] } ?? []
        )
    }

    private func waitForReceipts(of ids: [EventID]) async {
        let receipts = self.receipts
        _ = await withTimeout(self.configuration.receiptTimeout, clock: self.clock) { await receipts.wait(for: ids) }
    }
}
#endif
