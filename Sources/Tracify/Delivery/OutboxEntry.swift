//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The finished event of an order, to be written into the shop's own database in the transaction of the order.
///
/// It holds nothing personal but hashes. ``Tracker/prepare(_:by:)-(Order,_)`` makes it, and an ``OutboxRelay`` delivers it.
public struct OutboxEntry: Sendable, Hashable, Codable {
    /// The event's ID, which identifies the entry.
    public let id: EventID
    /// The event with its version, as one line of JSON, to be kept as it is.
    public let json: String

    /// Creates an entry, as a database returns it.
    ///
    /// - Parameters:
    ///   - id: The event's ID.
    ///   - json: The JSON of the entry with this ID.
    public init(id: EventID, json: String) {
        self.id = id
        self.json = json
    }
}

extension OutboxEntry {
    /// The version of the form that is written.
    ///
    /// A server that is older than an entry leaves it to others.
    private static let version = 1
    /// The field that an error about an entry of another version names.
    static let versionField = "outbox_entry.version"

    package init(_ event: EncodedEvent) {
        var json = JSONWriter()
        json.writeRaw(#"{"version":"#)
        json.write(Self.version)
        json.writeRaw(#","type":"#)
        json.write(event.type.rawValue)
        json.writeRaw(#","date":"#)
        json.write(Int(event.date.timeIntervalSince1970.rounded(.down)))
        if let orderID = event.orderID {
            json.writeRaw(#","order_id":"#)
            json.write(orderID)
        }
        if !event.site.isEmpty {
            json.writeRaw(#","site":"#)
            json.write(event.site)
        }
        // As a text, because a database may write the members of an object in another order.
        json.writeRaw(#","event":"#)
        json.write(String(decoding: event.json, as: UTF8.self))
        json.writeRaw("}")
        self.init(id: event.id, json: String(decoding: json.bytes, as: UTF8.self))
    }

    /// Returns the event.
    ///
    /// - Throws: ``ValidationError`` naming the member that is not as it was written.
    func event(of lane: DeliveryLane = .orders) throws(ValidationError) -> EncodedEvent {
        guard let value = try? JSONParser.parse(Array(self.json.utf8)), case .object = value else {
            throw Self.invalid("outbox_entry", "the JSON of an entry, as it was written")
        }
        guard Self.integer(value[key: "version"]) == Self.version else {
            throw Self.invalid(Self.versionField, "\(Self.version); an entry of a newer version is left to newer servers")
        }
        guard let type = value[key: "type"]?.string.flatMap(EventType.init(rawValue:)), DeliveryLane(type) == lane else {
            let allowed = EventType.allCases.filter { DeliveryLane($0) == lane }.map(\.rawValue).joined(separator: ", ")
            throw Self.invalid("outbox_entry.type", allowed)
        }
        guard let seconds = Self.integer(value[key: "date"]) else {
            throw Self.invalid("outbox_entry.date", "seconds since 1970")
        }
        let json = Array((value[key: "event"]?.string ?? "").utf8)
        guard (try? EventDecoder().decodeEvent(json))?.type == type else {
            throw Self.invalid("outbox_entry.event", "an event of the type \(type.rawValue) in wire form")
        }
        return EncodedEvent(
            id: self.id,
            type: type,
            date: Date(timeIntervalSince1970: Double(seconds)),
            json: json[...],
            orderID: value[key: "order_id"]?.string,
            site: value[key: "site"]?.string ?? ""
        )
    }

    private static func integer(_ value: JSONValue?) -> Int? {
        if case .number(let text)? = value { Int(text) } else { nil }
    }

    private static func invalid(_ field: String, _ allowed: String) -> ValidationError {
        ValidationError(field: field, code: .malformed, allowed: allowed)
    }
}
