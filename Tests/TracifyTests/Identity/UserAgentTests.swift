//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import HTTPTypes
import Testing

@testable import Tracify

struct UserAgentTests {
    private func identity(ofBytes bytes: [UInt8]) throws -> IdentityData {
        var request = try makeRequest("/", [])
        request.headerFields.append(HTTPField(name: .userAgent, value: bytes))
        return try resolve(request).identity
    }

    /// The expected hashes were computed from the bytes with Python's `hashlib`.
    @Test func hashesBytesThatAreNotUTF8() throws {
        let bytes = Array("Mozilla/5.0 (Caf".utf8) + [0xE9] + Array("; ".utf8) + [0xFF, 0xFE] + Array(")".utf8)
        let identity = try self.identity(ofBytes: bytes)
        #expect(identity.userAgent.description == "15c19859ecc259b1e60b797ac0811d13ddc720136886e2c6929d49ded803750a")
        #expect(identity.session.description == "059e199515e662037cb598b82175f5749a95f38102f669a77ef2948ae547694e")
    }

    @Test(arguments: ["", "Mozilla/5.0", "Caf\u{E9}", "\u{FFFD}", "a\u{FFFD}b", "\u{FF21}", "\u{1F600}"])
    func hashesUTF8AsText(_ text: String) throws {
        #expect(try self.identity(ofBytes: Array(text.utf8)).userAgent == AnonymizedHash(hashing: text))
    }

    @Test func truncatesToByteLimit() throws {
        let cut = String(repeating: "a", count: 2048)
        #expect(try self.identity(ofBytes: Array(cut.utf8)).userAgent == AnonymizedHash(hashing: cut))
        #expect(try self.identity(ofBytes: Array((cut + "b").utf8)).userAgent == AnonymizedHash(hashing: cut))
        #expect(try self.identity(ofBytes: Array((cut + "\u{E9}").utf8)).userAgent == AnonymizedHash(hashing: cut))
    }

    /// The expected hash was computed with Python's `hashlib` from the first 2048 bytes, which end within a character.
    @Test func truncatesWithinCharacter() throws {
        let bytes = Array(String(repeating: "a", count: 2047).utf8) + Array("\u{E9}".utf8) + Array(repeating: 0x62, count: 100)
        let expected = "9f1f48dd01d5b7cec144338795bae71fc24870efd0917014ae9f4b43692213f5"
        #expect(try self.identity(ofBytes: bytes).userAgent.description == expected)

        let byHand = try Visit(
            address: #require(IPAddress("192.0.2.1")),
            userAgent: String(decoding: bytes, as: UTF8.self),
            url: PageURL("https://shop.example/")
        )
        #expect(try byHand.resolved().identity.userAgent.description == expected)
    }

    @Test func usesFirstOfSeveralFields() throws {
        let request = try makeRequest("/", [("User-Agent", "first"), ("user-agent", "second")])
        #expect(try resolve(request).identity.userAgent == AnonymizedHash(hashing: "first"))
    }
}
