//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

@testable import Tracify

/// Changes to the body of a request, of its bytes or of its members.
enum DamagedBody {
    /// Returns the body with one or two changes.
    static func random(_ body: [UInt8], using generator: inout SplitMix64) throws -> [UInt8] {
        var bytes = body
        if generator.once(in: 3) {
            for _ in 0..<Int.random(in: 1...2, using: &generator) { self.damageBytes(&bytes, using: &generator) }
            return bytes
        }
        var document = try JSONParser.parse(body)
        for _ in 0..<Int.random(in: 1...2, using: &generator) { self.damageMembers(of: &document, using: &generator) }
        var json = JSONWriter()
        json.write(document)
        return json.bytes
    }

    private static func damageBytes(_ bytes: inout [UInt8], using generator: inout SplitMix64) {
        let place = Int.random(in: bytes.indices, using: &generator)
        switch Int.random(in: 0..<3, using: &generator) {
        case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        case 1: bytes.insert(contentsOf: generator.pick(self.pieces).utf8, at: place)
        default: bytes.replaceSubrange(place...place, with: generator.pick(self.pieces).utf8)
        }
    }

    /// Changes the members of the body's object or, mostly, of an object inside of it.
    private static func damageMembers(of value: inout JSONValue, using generator: inout SplitMix64) {
        switch value {
        case .array(var elements):
            guard !elements.isEmpty, !generator.once(in: 16) else {
                value = .array(elements + elements)
                return
            }
            self.damageMembers(of: &elements[Int.random(in: elements.indices, using: &generator)], using: &generator)
            value = .array(elements)
        case .object(var members):
            let objects = members.indices.filter { members[$0].value.kind == "an object" || members[$0].value.kind == "an array" }
            if !objects.isEmpty, !generator.once(in: 6) {
                let index = generator.pick(objects)
                var inner = members[index].value
                self.damageMembers(of: &inner, using: &generator)
                members[index] = JSONValue.Member(key: members[index].key, value: inner)
            } else {
                self.damage(&members, using: &generator)
            }
            value = .object(members)
        default:
            value = self.value(using: &generator)
        }
    }

    private static func damage(_ members: inout [JSONValue.Member], using generator: inout SplitMix64) {
        guard !members.isEmpty else {
            members.append(JSONValue.Member(key: generator.pick(self.keys), value: self.value(using: &generator)))
            return
        }
        let index = Int.random(in: members.indices, using: &generator)
        let other = Int.random(in: members.indices, using: &generator)
        let member = members[index]
        switch Int.random(in: 0..<7, using: &generator) {
        case 0:
            members.append(member)
        case 1:
            members.append(JSONValue.Member(key: member.key, value: members[other].value))
        case 2:
            members.remove(at: index)
        case 3:
            members[index] = JSONValue.Member(key: member.key, value: members[other].value)
            members[other] = JSONValue.Member(key: members[other].key, value: member.value)
        case 4:
            let key = generator.once(in: 8) ? HostileText.random(limit: 20, using: &generator) : generator.pick(self.keys)
            members.insert(JSONValue.Member(key: key, value: self.value(using: &generator)), at: index)
        case 5:
            members[index] = JSONValue.Member(key: member.key, value: self.value(using: &generator))
        default:
            guard let text = member.value.string else { return }
            let piece = generator.pick(self.pieces)
            let changed = generator.once(in: 4) ? text.uppercased() : generator.once(in: 2) ? piece + text : text + piece
            members[index] = JSONValue.Member(key: member.key, value: .string(changed))
        }
    }

    private static func value(using generator: inout SplitMix64) -> JSONValue {
        switch Int.random(in: 0..<8, using: &generator) {
        case 0: generator.pick([.null, .bool(true), .number("2"), .number("4"), .number("5"), .array([]), .object([])])
        case 1: .string(HostileText.random(limit: 200, using: &generator))
        case 2: .string(String(repeating: "a", count: generator.pick([128, 129, 512, 513, 2048, 2049])))
        default: .string(generator.pick(self.texts))
        }
    }

    private static let pieces = [
        "\\\\", "\\u0000", " ", "@", "#", "?", "/", ":", ":443", "%", "[", "]", "0", "-", "+", ".", ".0", "A", "x@", "//",
        "\u{212A}", "\u{301}", "\u{E9}", "e",
    ]

    private static let keys = [
        "url", "type", "data", "events", "extra", "identity_data", "datetime", "customer_site_id", "origin", "Referer", "referer",
        "order_id", "Order_ID", "conversion_id", "currency", "amount", "value", "cc", "source", "medium", "ITEM1", "AMT1", "QTY1",
        "ITEM2", "QTY3", "ITEM0", "ITEM01", "item1", "utm_source", "utm_x", "trc_x", "UTM_x", "gclid", "a-b.c", "utm_\u{212A}",
        "",
        "a b", String(repeating: "a", count: 64), String(repeating: "a", count: 65),
        String(repeating: "a", count: 64).uppercased(),
        String(repeating: "9", count: 64),
    ]

    private static let texts = [
        "", " ", "1", "0", "+1", "007", "1000000", "1000001", "100.00", "0.00", "1.5", "25", "-1", "9999999999999.99",
        "10000000000000.00", "EUR", "KWD", "\u{212A}WD", "eur", "QQQ", "google", "Google", "pageview", "purchase", "addtocart",
        "2024-02-29 23:59:59", "2023-02-29 00:00:00", "0000-01-01 00:00:00", "https://a.example", "https://a.example/",
        "https://A.example", "https://a.example:443", "https://a.example:8443", "http://a.example/?a=b", "https://a.example/?",
        "https://a.example/#a", "https://a@a.example/", "android-app://com.example", "null", "//a.example",
        "6b29fc40-ca47-1067-b31d-00dd010662da", "6B29FC40-CA47-1067-B31D-00DD010662DA",
    ]
}
