//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if NATS
import CNATS
import Tracify

/// A message for a stream.
struct OutgoingMessage: Sendable {
    /// The header in which a server names the subject of its receipts.
    static let receiptHeader = "Tracify-Receipt"
    /// The header with the reason of a dead letter.
    static let reasonHeader = "Tracify-Reason"

    let subject: String
    /// The ID by which a stream ignores a repetition in its deduplication window (`Nats-Msg-Id`).
    let id: String
    let payload: String
    var headers: [(name: String, value: String)] = []

    /// Returns a message of libnats.
    func create() throws(BrokerFailure) -> OpaquePointer {
        var message: OpaquePointer?
        let status = natsMsg_Create(&message, self.subject, nil, self.payload, Int32(self.payload.utf8.count))
        guard let message, status == NATS_OK else { throw BrokerFailure(status) }
        for (name, value) in self.headers + [(IncomingMessage.idHeader, self.id)] {
            let status = natsMsgHeader_Set(message, name, value)
            guard status == NATS_OK else {
                natsMsg_Destroy(message)
                throw BrokerFailure(status)
            }
        }
        return message
    }
}

/// A message that a relay has fetched.
struct IncomingMessage: Sendable {
    static let idHeader = "Nats-Msg-Id"

    /// The event's ID; `nil` in a message that did not come from this library.
    let id: EventID?
    let payload: String
    /// The subject that takes the acknowledgement.
    let reply: String
    /// The subject that takes the receipt; `nil` without one.
    let receipt: String?
    /// The number in the stream.
    let sequence: UInt64
    /// The number of times that the message was fetched, this time included.
    let deliveries: UInt64

    /// Takes what is needed of a message; `nil` when it is no message of a stream.
    init?(_ message: OpaquePointer) {
        var metadata: UnsafeMutablePointer<jsMsgMetaData>?
        guard natsMsg_GetMetaData(&metadata, message) == NATS_OK, let metadata, let reply = natsMsg_GetReply(message) else {
            return nil
        }
        defer { jsMsgMetaData_Destroy(metadata) }
        self.id = Self.header(Self.idHeader, of: message).flatMap { try? EventID($0) }
        self.payload = Self.text(of: message)
        self.reply = String(cString: reply)
        self.receipt = Self.header(OutgoingMessage.receiptHeader, of: message)
        self.sequence = metadata.pointee.Sequence.Stream
        self.deliveries = metadata.pointee.NumDelivered
    }

    /// Returns the bytes of a message, which are valid as long as it is.
    static func payload(of message: OpaquePointer) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: natsMsg_GetData(message), count: Int(natsMsg_GetDataLength(message)))
    }

    /// Returns the bytes of a message as text.
    static func text(of message: OpaquePointer) -> String { String(decoding: self.payload(of: message), as: UTF8.self) }

    static func subject(of message: OpaquePointer) -> String { natsMsg_GetSubject(message).map { String(cString: $0) } ?? "" }

    static func header(_ name: String, of message: OpaquePointer) -> String? {
        var value: UnsafePointer<CChar>?
        guard natsMsgHeader_Get(message, name, &value) == NATS_OK, let value else { return nil }
        return String(cString: value)
    }
}

/// Handles the messages of a subscription.
final class MessageHandler: Sendable {
    private let handle: @Sendable (OpaquePointer) -> Void

    /// Creates a handler.
    ///
    /// - Parameter handle: Called with each message, which ends with the call.
    init(_ handle: @escaping @Sendable (OpaquePointer) -> Void) {
        self.handle = handle
    }

    static let callback: natsMsgHandler = { _, _, message, closure in
        guard let message, let closure else { return }
        let handler = Unmanaged<MessageHandler>.fromOpaque(closure).takeUnretainedValue()
        handler.handle(message)
        natsMsg_Destroy(message)
    }

    /// Called when no message comes any more.
    static let release: natsOnCompleteCB = { closure in
        if let closure { Unmanaged<MessageHandler>.fromOpaque(closure).release() }
    }
}
#endif
