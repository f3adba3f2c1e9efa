//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Testing

@testable import Tracify

struct IdentityCacheTests {
    private func visitor(_ number: Int, agent: String = "Mozilla/5.0") -> IdentityCache.Visitor {
        IdentityCache.Visitor(address: IPAddress(ipv4: UInt32(number)), userAgent: UserAgent(agent))
    }

    @Test(arguments: [0, 1, 2, 10, 11])
    func staysWithinCapacity(_ capacity: Int) throws {
        var cache = IdentityCache(capacity: capacity)
        for number in 0..<100 {
            _ = cache.identity(of: self.visitor(number))
            #expect(cache.count <= max(2, capacity))
        }
    }

    @Test func returnsSameHashesAfterEviction() throws {
        var cache = IdentityCache(capacity: 8)
        let first = (0..<50).map { cache.identity(of: self.visitor($0)) }
        #expect(Set(first.map(\.session)).count == 50)
        for number in (0..<50).reversed() {
            #expect(cache.identity(of: self.visitor(number)) == first[number])
        }
    }

    @Test func keepsRecentlyUsedEntries() throws {
        var cache = IdentityCache(capacity: 4)
        _ = cache.identity(of: self.visitor(0))
        for number in 1..<20 {
            _ = cache.identity(of: self.visitor(number))
            _ = cache.identity(of: self.visitor(0))
            #expect(cache.count <= 4)
        }
    }

    @Test func hashesUnknownAddressAsUnspecifiedAddress() throws {
        var cache = IdentityCache(capacity: 2)
        let identity = cache.identity(of: IdentityCache.Visitor(address: nil, userAgent: .none))
        #expect(identity.address == AnonymizedHash(hashing: "0.0.0.0"))
        #expect(identity.userAgent == AnonymizedHash(hashing: ""))
        #expect(identity.session == AnonymizedHash(hashing: "0.0.0.0|"))
    }

    /// `String` compares by canonical equivalence, so composed and decomposed letters are equal; the contract hashes bytes.
    @Test func comparesUserAgentsByBytes() throws {
        var cache = IdentityCache(capacity: 8)
        let composed = cache.identity(of: self.visitor(1, agent: "Caf\u{E9}/1"))
        let decomposed = cache.identity(of: self.visitor(1, agent: "Cafe\u{301}/1"))
        #expect(composed.userAgent.description == "e6dbf32fe99b9862311b121c27591c1e1d00a30988c1b2d10ab05dcea69fcf14")
        #expect(decomposed.userAgent.description == "d25807159329777827eb9ffd4353acea39683786d0dbdd6fd3e347c2ff906083")
    }

    @Test func treatsMappedAddressAsSameVisitor() throws {
        var cache = IdentityCache(capacity: 8)
        let plain = IdentityCache.Visitor(address: IPAddress("192.0.2.1"), userAgent: .text("a"))
        let mapped = IdentityCache.Visitor(address: IPAddress("::ffff:192.0.2.1"), userAgent: .text("a"))
        #expect(cache.identity(of: plain) == cache.identity(of: mapped))
        #expect(cache.count == 1)
    }
}
