//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Testing

@testable import Tracify

struct IdentityCacheTests {
    private func identity(_ number: Int, agent: String = "Mozilla/5.0", _ cache: inout IdentityCache) -> IdentityData {
        agent.withBytes { cache.entry(address: IPAddress(ipv4: UInt32(number)), userAgent: $0).identity }
    }

    @Test(arguments: [0, 1, 2, 10, 11])
    func staysWithinCapacity(_ capacity: Int) throws {
        var cache = IdentityCache(capacity: capacity)
        for number in 0..<100 {
            _ = self.identity(number, &cache)
            #expect(cache.count <= max(2, capacity))
        }
    }

    @Test func returnsSameHashesAfterEviction() throws {
        var cache = IdentityCache(capacity: 8)
        let first = (0..<50).map { self.identity($0, &cache) }
        #expect(Set(first.map(\.session)).count == 50)
        for number in (0..<50).reversed() {
            #expect(self.identity(number, &cache) == first[number])
        }
    }

    @Test func keepsRecentlyUsedEntries() throws {
        var cache = IdentityCache(capacity: 4)
        _ = self.identity(0, &cache)
        for number in 1..<20 {
            _ = self.identity(number, &cache)
            _ = self.identity(0, &cache)
            #expect(cache.count <= 4)
        }
    }

    @Test func hashesUnknownAddressAsUnspecifiedAddress() throws {
        var cache = IdentityCache(capacity: 2)
        let identity = cache.entry(address: nil, userAgent: .empty).identity
        #expect(identity.address == AnonymizedHash(hashing: "0.0.0.0"))
        #expect(identity.userAgent == AnonymizedHash(hashing: ""))
        #expect(identity.session == AnonymizedHash(hashing: "0.0.0.0|"))
    }

    /// `String` compares by canonical equivalence, so composed and decomposed letters are equal; the contract hashes bytes.
    @Test func comparesUserAgentsByBytes() throws {
        var cache = IdentityCache(capacity: 8)
        let composed = self.identity(1, agent: "Caf\u{E9}/1", &cache)
        let decomposed = self.identity(1, agent: "Cafe\u{301}/1", &cache)
        #expect(composed.userAgent.description == "e6dbf32fe99b9862311b121c27591c1e1d00a30988c1b2d10ab05dcea69fcf14")
        #expect(decomposed.userAgent.description == "d25807159329777827eb9ffd4353acea39683786d0dbdd6fd3e347c2ff906083")
    }

    @Test func treatsMappedAddressAsSameVisitor() throws {
        var cache = IdentityCache(capacity: 8)
        let identities = ["192.0.2.1", "::ffff:192.0.2.1"]
            .map { address in
                "a".withBytes { cache.entry(address: IPAddress(address), userAgent: $0).identity }
            }
        #expect(identities[0] == identities[1])
        #expect(cache.count == 1)
    }
}
