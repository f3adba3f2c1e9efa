//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Foundation
import HTTPTypes
import Testing

@testable import Tracify

struct AnonymizeTests {
    struct Vector: Decodable, Sendable, CustomTestStringConvertible {
        let kind: String
        let value: String
        let hash: String

        var testDescription: String { "\(self.kind) \(self.value)" }

        static func all() throws -> [Vector] {
            let url = try #require(Bundle.module.url(forResource: "anonymize", withExtension: "json", subdirectory: "Vectors"))
            return try JSONDecoder().decode([Vector].self, from: Data(contentsOf: url))
        }

        static func all(_ kind: String) throws -> [Vector] {
            try self.all().filter { $0.kind == kind }
        }
    }

    @Test func vectorsCoverEveryKind() throws {
        #expect(Set(try Vector.all().map(\.kind)) == ["ip", "userAgent", "session", "email"])
    }

    @Test(arguments: try Vector.all())
    func matchesVectorHash(_ vector: Vector) throws {
        #expect(AnonymizedHash(hashing: vector.value).description == vector.hash)
        #expect(try AnonymizedHash(hashing: vector.value) == AnonymizedHash(vector.hash))
    }

    @Test(arguments: try Vector.all("session"))
    func computesSessionHash(_ vector: Vector) throws {
        let bar = try #require(vector.value.firstIndex(of: "|"))
        let (address, agent) = (String(vector.value[..<bar]), String(vector.value[vector.value.index(after: bar)...]))
        let expected = try (AnonymizedHash(hashing: address), AnonymizedHash(vector.hash), AnonymizedHash(hashing: agent))

        // From a request, through the cache.
        let resolved = try resolve(makeRequest("/", [("User-Agent", agent)]), from: PeerAddress(text: address))
        #expect(resolved.identity.address == expected.0)
        #expect(resolved.identity.session == expected.1)
        #expect(resolved.identity.userAgent == expected.2)
        #expect(resolved.identity.email == nil)

        // From an explicit initializer.
        let visit = try Visit(
            address: #require(IPAddress(address)),
            userAgent: agent,
            url: PageURL("https://shop.example/"),
            date: .pageExample
        )
        #expect(try visit.resolved().identity == resolved.identity)

        // From the cache directly.
        var cache = IdentityCache(capacity: 10)
        for _ in 0..<2 {
            let entry = agent.withBytes { cache.entry(address: IPAddress(address), userAgent: $0) }
            #expect(entry.identity == resolved.identity)
        }
        #expect(cache.count == 1)
    }

    @Test(arguments: try Vector.all("email").filter { !$0.value.isEmpty })
    func computesEmailHash(_ vector: Vector) throws {
        #expect(try resolve(makeRequest(), email: vector.value).identity.email?.description == vector.hash)
    }

    @Test(arguments: [55, 56, 63, 64, 65, 119, 120, 1000, 100_000])
    func hashesTextsOfAnyLength(_ length: Int) throws {
        // The block size of SHA-256 is 64 bytes, of which the padding needs nine.
        let text = String(repeating: "a", count: length)
        #expect(AnonymizedHash(hashing: text) != AnonymizedHash(hashing: text + "a"))
        #expect(AnonymizedHash(hashing: text) == AnonymizedHash(hashing: String(text.reversed())))
    }

    @Test func hashesConcurrently() async throws {
        let expected = (0..<200).map { AnonymizedHash(hashing: "visitor \($0)") }
        let results = try await withThrowingTaskGroup(of: [AnonymizedHash].self) { group in
            for _ in 0..<8 {
                group.addTask { expected.indices.map { AnonymizedHash(hashing: "visitor \($0)") } }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(results == Array(repeating: expected, count: 8))
    }
}
