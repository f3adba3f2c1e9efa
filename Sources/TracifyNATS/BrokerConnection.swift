//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if NATS
import CNATS
import Logging
import Tracify

/// A connection to the brokers of a fleet.
///
/// libnats connects again by itself, to any broker of the cluster. Its calls may block, so they have a thread of their own.
actor BrokerConnection {
    private let executor: BlockingExecutor
    private let configuration: JetStreamConfiguration
    private let events: BrokerEvents
    private let pending = PendingAcknowledgements()
    private var handles: (connection: OpaquePointer, jetStream: OpaquePointer)?
    private var subscriptions: [String: OpaquePointer] = [:]
    private var isClosed = false

    nonisolated var unownedExecutor: UnownedSerialExecutor { self.executor.asUnownedSerialExecutor() }

    init(_ configuration: JetStreamConfiguration, logger: Logger) {
        self.configuration = configuration
        self.executor = BlockingExecutor("tracify-nats")
        self.events = BrokerEvents(logger)
    }

    // MARK: - Connecting

    /// Returns the connection, which is opened with the first call.
    ///
    /// - Throws: ``BrokerFailure`` as long as no broker can be reached.
    private func connected() throws(BrokerFailure) -> (connection: OpaquePointer, jetStream: OpaquePointer) {
        guard !self.isClosed else { throw BrokerFailure(NATS_CONNECTION_CLOSED) }
        var handles = try self.opened()
        if natsConnection_Status(handles.connection) == NATS_CONN_STATUS_CLOSED {
            // libnats has closed it for good, for example because the credentials had expired, which may be over.
            self.destroy()
            handles = try self.opened()
        }
        guard natsConnection_Status(handles.connection) == NATS_CONN_STATUS_CONNECTED else {
            throw self.disconnected(handles.connection)
        }
        return handles
    }

    /// Returns why no broker is connected.
    private func disconnected(_ connection: OpaquePointer) -> BrokerFailure {
        var text: UnsafePointer<CChar>?
        let status = natsConnection_GetLastError(connection, &text)
        guard status == NATS_CONNECTION_AUTH_FAILED || status == NATS_NOT_PERMITTED || status == NATS_SSL_ERROR else {
            return BrokerFailure(NATS_CONNECTION_DISCONNECTED, text: "no broker is connected")
        }
        return BrokerFailure(status)
    }

    private func opened() throws(BrokerFailure) -> (connection: OpaquePointer, jetStream: OpaquePointer) {
        if let handles { return handles }
        let options = try BrokerOptions(self.configuration, self.events)
        var connection: OpaquePointer?
        let status = withExtendedLifetime(options) { natsConnection_Connect(&connection, options.handle) }
        guard let connection, status == NATS_OK || status == NATS_NOT_YET_CONNECTED else { throw BrokerFailure(status) }
        var settings = jsOptions()
        jsOptions_Init(&settings)
        settings.PublishAsync.AckHandler = PendingAcknowledgements.handler
        // Never released: an acknowledgement may be on its way to the handler when the connection ends.
        settings.PublishAsync.AckHandlerClosure = Unmanaged.passRetained(self.pending).toOpaque()
        var jetStream: OpaquePointer?
        let result = natsConnection_JetStream(&jetStream, connection, &settings)
        guard let jetStream, result == NATS_OK else {
            natsConnection_Destroy(connection)
            throw BrokerFailure(result)
        }
        if status == NATS_OK { self.events.connected() }
        let handles = (connection, jetStream)
        self.handles = handles
        return handles
    }

    /// Waits until a broker is connected, as long as an acknowledgement may take.
    ///
    /// - Throws: ``BrokerFailure`` when none is.
    func waitUntilConnected() throws(BrokerFailure) {
        let (connection, _) = try self.opened()
        let status = natsConnection_FlushTimeout(connection, self.configuration.acknowledgementTimeout.milliseconds)
        guard status == NATS_OK else { throw BrokerFailure(status, text: "no broker can be reached") }
    }

    /// Closes the connection, after what was published was written.
    func close() {
        guard !self.isClosed else { return }
        self.isClosed = true
        self.events.end()
        if let (connection, _) = self.handles { natsConnection_FlushTimeout(connection, 1000) }
        self.destroy()
    }

    private func destroy() {
        guard let (connection, jetStream) = self.handles else { return }
        self.handles = nil
        for subscription in self.subscriptions.values { natsSubscription_Destroy(subscription) }
        self.subscriptions = [:]
        natsConnection_Close(connection)
        jsCtx_Destroy(jetStream)
        natsConnection_Destroy(connection)
    }

    // MARK: - Publishing

    /// Publishes messages to streams.
    ///
    /// - Returns: The publication, to wait for the acknowledgements.
    /// - Throws: ``BrokerFailure`` when no broker is connected.
    func publish(_ messages: [OutgoingMessage]) throws(BrokerFailure) -> Publication {
        let (_, jetStream) = try self.connected()
        let publication = Publication(count: messages.count)
        for (number, message) in messages.enumerated() {
            do throws(BrokerFailure) {
                try self.publish(message, number, to: jetStream, publication)
            } catch {
                publication.complete(error.deliveryError)
            }
        }
        return publication
    }

    private func publish(_ message: OutgoingMessage, _ number: Int, to jetStream: OpaquePointer, _ publication: Publication)
        throws(BrokerFailure)
    {
        var handle: OpaquePointer? = try message.create()
        guard let created = handle else { throw BrokerFailure(NATS_NO_MEMORY) }
        self.pending.insert(created, publication, number)
        var options = jsPubOptions()
        jsPubOptions_Init(&options)
        options.MaxWait = self.configuration.acknowledgementTimeout.milliseconds
        let status = js_PublishMsgAsync(jetStream, &handle, &options)
        if status == NATS_OK { return }
        // The library has not taken the message, so there will be no acknowledgement.
        _ = self.pending.remove(created)
        natsMsg_Destroy(handle)
        throw BrokerFailure(status)
    }

    /// Sends messages that no stream takes, such as receipts and acknowledgements.
    ///
    /// - Throws: ``BrokerFailure`` when no broker is connected.
    func send(_ messages: [(subject: String, payload: String)], replyTo reply: String? = nil) throws(BrokerFailure) {
        let (connection, _) = try self.connected()
        for (subject, payload) in messages {
            let length = Int32(payload.utf8.count)
            let status =
                if let reply {
                    natsConnection_PublishRequest(connection, subject, reply, payload, length)
                } else {
                    natsConnection_Publish(connection, subject, payload, length)
                }
            try BrokerFailure.check(status)
        }
    }

    /// Sends a request of JetStream's API.
    ///
    /// - Returns: The response, JSON.
    /// - Throws: ``BrokerFailure``.
    func request(_ subject: String, _ payload: [UInt8]) throws(BrokerFailure) -> [UInt8] {
        let (connection, _) = try self.connected()
        var reply: OpaquePointer?
        let timeout = self.configuration.acknowledgementTimeout.milliseconds
        let status = payload.withUnsafeBytes { bytes in
            natsConnection_Request(&reply, connection, subject, bytes.baseAddress, Int32(bytes.count), timeout)
        }
        defer { natsMsg_Destroy(reply) }
        guard let reply, status == NATS_OK else {
            if status == NATS_NO_RESPONDERS { throw BrokerFailure(status, text: "the brokers run without JetStream") }
            throw BrokerFailure(status)
        }
        return Array(IncomingMessage.payload(of: reply))
    }

    // MARK: - Subscribing

    /// Has each message of a subject handled, on a thread of libnats, unless it is handled already.
    ///
    /// - Throws: ``BrokerFailure``.
    func subscribeOnce(_ subject: String, _ handler: MessageHandler) throws(BrokerFailure) {
        guard self.subscriptions[subject] == nil else { return }
        let (connection, _) = try self.connected()
        let closure = Unmanaged.passRetained(handler).toOpaque()
        var subscription: OpaquePointer?
        let status = natsConnection_Subscribe(&subscription, connection, subject, MessageHandler.callback, closure)
        guard let subscription, status == NATS_OK else {
            Unmanaged<MessageHandler>.fromOpaque(closure).release()
            throw BrokerFailure(status)
        }
        natsSubscription_SetOnCompleteCB(subscription, MessageHandler.release, closure)
        // Receipts are small; libnats drops what exceeds the limits.
        natsSubscription_SetPendingLimits(subscription, -1, 64 << 20)
        self.subscriptions[subject] = subscription
    }
}

extension Duration {
    /// The duration in milliseconds, for libnats.
    var milliseconds: Int64 { self.nanoseconds / 1_000_000 }

    /// The duration in nanoseconds, for JetStream's API.
    var nanoseconds: Int64 {
        let (seconds, attoseconds) = self.components
        return seconds.multipliedReportingOverflow(by: 1_000_000_000).partialValue + attoseconds / 1_000_000_000
    }
}
#endif
