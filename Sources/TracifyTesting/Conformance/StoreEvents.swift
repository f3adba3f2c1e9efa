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
import Tracify

/// The events of the checks of a store.
enum StoreEvents {
    /// A text that is part of each event's content.
    static let marker = "conformance-event"

    static let observations: [EventType] = [.pageView, .productView, .addToCart]

    /// Returns the event with a number.
    ///
    /// Its time grows with the number, some events are of a named site, and orders have an order ID.
    static func event(_ number: Int, _ type: EventType, bytes: Int = 0) -> EncodedEvent {
        let isOrder = DeliveryLane(type) == .orders
        let seconds = 1_718_973_397 + number
        var json = Array(
            #"{"url":"https://shop.example/\#(self.marker)/\#(number)","type":"\#(type.rawValue)","data":{"pad":""#.utf8
        )
        json.append(contentsOf: repeatElement(UInt8(ascii: "x"), count: max(0, bytes - json.count - 3)))
        json.append(contentsOf: Array(#""}}"#.utf8))
        return EncodedEvent(
            id: EventID(high: UInt64(seconds) * 1000 << 16 | 0x7000, low: 1 << 63 | UInt64(number)),
            type: type,
            date: Date(timeIntervalSince1970: Double(seconds)),
            json: json[...],
            orderID: isOrder ? self.orderID(number) : nil,
            site: number.isMultiple(of: 3) ? "site-\(number % 5)" : ""
        )
    }

    /// Returns events with consecutive numbers of the types in turn.
    static func events(_ numbers: Range<Int>, _ types: [EventType] = EventType.allCases, bytes: Int = 0) -> [EncodedEvent] {
        numbers.map { self.event($0, types[$0 % types.count], bytes: bytes) }
    }

    /// Returns the event with a number and the type in turn, of a visitor and with a text that contains another one's hash.
    static func event(_ number: Int, of visitor: AnonymizedHash, mentioning other: AnonymizedHash) -> EncodedEvent {
        let event = self.event(number, EventType.allCases[number % EventType.allCases.count])
        let text = #"{"identity_data":{"\#(visitor)":2},"text":"\"\#(other)\":2","event":"#
        let json = Array(text.utf8) + event.json + [UInt8(ascii: "}")]
        return EncodedEvent(
            id: event.id,
            type: event.type,
            date: event.date,
            json: json[...],
            orderID: event.orderID,
            site: event.site
        )
    }

    static func orderID(_ number: Int) -> String { "\(self.marker)-\(number)" }

    static func number(_ event: EncodedEvent) -> Int { Int(event.id.low & 0xFFFF_FFFF) }

    static func sorted(_ events: [EncodedEvent]) -> [EncodedEvent] { events.sorted { self.number($0) < self.number($1) } }

    /// Returns the numbers of events in text, the first ones only.
    static func list(_ events: [EncodedEvent]) -> String {
        let numbers = events.prefix(12).map { "\($0.type.rawValue) \(self.number($0))" }.joined(separator: ", ")
        return "\(events.count) events: \(numbers)\(events.count > 12 ? ", …" : "")"
    }

    static func counts(_ events: some Sequence<EncodedEvent>) -> [EventType: Int] {
        events.reduce(into: [:]) { $0[$1.type, default: 0] += 1 }
    }
}
