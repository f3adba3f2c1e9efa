//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Foundation
import Testing
import Tracify

struct AnonymizedHashTests {
    static let text = "0123456789abcdeffedcba98765432100011223344556677889900aabbccddee"

    @Test func roundTrips() throws {
        let hash = try AnonymizedHash(Self.text)
        #expect(hash.description == Self.text)
        #expect(try JSONDecoder().decode([AnonymizedHash].self, from: JSONEncoder().encode([hash])) == [hash])
        #expect(String(decoding: try JSONEncoder().encode([hash]), as: UTF8.self) == "[\"\(Self.text)\"]")
    }

    @Test(arguments: [
        "", String(text.dropLast()), text + "0", text.uppercased(), "g" + text.dropFirst(), " " + text.dropFirst(),
        text.dropLast() + "\u{0}", "\u{FF10}" + text.dropFirst(), text + text,
    ])
    func throwsForMalformedText(_ text: String) throws {
        let error = try invalidValue { try AnonymizedHash(text) }
        #expect(error.field == "identity_data")
        #expect(error.code == .malformed)
        #expect(text.isEmpty || !error.description.contains(text))
    }

    @Test(arguments: 0..<64)
    func comparesEveryDigit(_ place: Int) throws {
        var digits = Array(Self.text)
        digits[place] = digits[place] == "0" ? "1" : "0"
        #expect(try AnonymizedHash(String(digits)) != AnonymizedHash(Self.text))
        #expect(try AnonymizedHash(String(digits)).description == String(digits))
    }
}
