//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Foundation
import Testing

@testable import Tracify

/// Bodies with a few changed bytes: the parser must not crash, and must agree with Foundation on what is JSON.
struct JSONParserFuzzTests {
    // Ten parts, so that they run in parallel.
    @Test(arguments: 0..<10)
    func agreesWithFoundationOnDamagedBodies(_ part: Int) throws {
        let seed = 0xF022_0000 + UInt64(part)
        var generator = SplitMix64(seed: seed)
        var tally = (accepted: 0, refused: 0)
        for round in 0..<2000 {
            var body = Self.body(using: &generator)
            for _ in 0..<Int.random(in: 0...3, using: &generator) { Self.damage(&body, using: &generator) }

            // Decoder and validator must survive it as well.
            _ = try? EventDecoder().decode(body)
            let deviations = EventValidator().validate(body)

            let place: Comment = "seed \(seed), round \(round)"
            let isForFoundation = (try? JSONSerialization.jsonObject(with: Data(body), options: [.fragmentsAllowed])) != nil
            do {
                let value = try JSONParser.parse(body)
                tally.accepted += 1
                try #require(isForFoundation || Self.hasNumberBeyondDouble(value), place)
            } catch let error as JSONParsingError {
                tally.refused += 1
                try #require(deviations.map(\.field) == ["body"], place)
                try #require(!isForFoundation || Self.isKnownLaxity(error, body), place)
            }
        }
        #expect(tally.accepted > 200, "some damage is harmless")
        #expect(tally.refused > 200, "most damage makes the body malformed")
    }

    /// Whether Foundation accepts a form that RFC 8259 does not allow: a comma before the closing bracket or brace, or an encoding other
    /// than UTF-8, which Foundation recognizes by a byte order mark or by a NUL among the first four bytes.
    private static func isKnownLaxity(_ error: JSONParsingError, _ body: [UInt8]) -> Bool {
        if body.prefix(4).contains(0) || body.starts(with: [0xEF, 0xBB, 0xBF]) { return true }
        if body.starts(with: [0xFE, 0xFF]) || body.starts(with: [0xFF, 0xFE]) { return true }
        let isWhitespace: (UInt8) -> Bool = { [0x20, 0x09, 0x0A, 0x0D].contains($0) }
        guard error.offset < body.count, [UInt8(ascii: "]"), UInt8(ascii: "}")].contains(body[error.offset]) else { return false }
        return body[..<error.offset].last { !isWhitespace($0) } == UInt8(ascii: ",")
    }

    /// Foundation does not parse numbers beyond the range of `Double`.
    ///
    /// RFC 8259 leaves this to the parser; ours keeps numbers as text.
    private static func hasNumberBeyondDouble(_ value: JSONValue) -> Bool {
        switch value {
        case .number(let text): Double(text).map { !$0.isFinite } ?? true
        case .array(let elements): elements.contains(where: self.hasNumberBeyondDouble)
        case .object(let members): members.contains { self.hasNumberBeyondDouble($0.value) }
        case .null, .bool, .string: false
        }
    }

    private static func body(using generator: inout SplitMix64) -> [UInt8] {
        let bodies = [
            ForeignEvent.pageView.withData("utm_source", #""\u00e9\ud83d\ude00\"\\\n""#).body,
            ForeignEvent.purchase.with("extra", "[1, -0.5e+3, true, false, null, {}, []]").body,
            "{\"events\": [ \(ForeignEvent.conversion.withData("utm_x", "\"\u{E9}\u{1F600}\u{202E}\"").object) ] }",
            #"[0.5e-10,{"a":[[[]]],"b":""},"\ud800\udc00",-1]"#,
        ]
        return Array(generator.pick(bodies).utf8)
    }

    private static func damage(_ body: inout [UInt8], using generator: inout SplitMix64) {
        let significant = Array("{}[],:\"\\/u019eE+-. \n\ttfndD".utf8) + [0x00, 0x1F, 0x7F, 0x80, 0xC3, 0xED, 0xF4, 0xFF]
        let byte = generator.once(in: 2) ? generator.pick(significant) : UInt8.random(in: .min ... .max, using: &generator)
        let place = Int.random(in: 0...body.count, using: &generator)
        switch Int.random(in: 0..<6, using: &generator) {
        case 0: body.insert(byte, at: place)
        case 1 where place < body.count: body.remove(at: place)
        case 2 where place < body.count: body[place] = byte
        case 3 where place < body.count: body[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        case 4 where generator.once(in: 4): body.removeSubrange(place...)
        case 5: body.insert(contentsOf: body[place...].prefix(Int.random(in: 1...8, using: &generator)), at: place)
        default: break
        }
    }
}
