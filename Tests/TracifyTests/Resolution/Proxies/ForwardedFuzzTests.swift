//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import HTTPTypes
import Testing

@testable import Tracify

/// Invariants for random bytes in the forwarding fields, and for well-formed lists that follow a client's forged values.
struct ForwardedFuzzTests {
    private static let list = "10.0.0.0/8, 2001:db8:ffff::/48"
    private static let names = [
        "Forwarded", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "CF-Connecting-IP", "forwarded",
        "x-forwarded-for",
    ]
    private static let pieces: [[UInt8]] =
        [
            "for=", "For=\"", "proto=", "host=", "by=", "\"", "\\", "\\\"", ",", ", ", ";", "=", " ", "\t", "[", "]", ":", "::",
            "%",
            "%eth0", ":80", ":_x", "unknown", "_obf", "unix:", "https", "http", "shop.example", "10.0.0.9", "10.0.0.8",
            "203.0.113.7",
            "6.6.6.6", "2001:db8::7", "2001:db8:ffff::1", "::ffff:10.0.0.7", "::ffff:6.6.6.5", "0.0.0.0", "1", "7.", "a",
        ]
        .map { [UInt8]($0.utf8) } + [
            [0], [0xC0, 0xAC], [0xFF], [0xE2, 0x80, 0xAE], [0xED, 0xA0, 0x80], [0x0D, 0x0A], [0x7F], [0x80],
        ]

    private static let addresses = ["10.0.0.9", "10.0.0.8", "203.0.113.7", "6.6.6.6", "2001:db8::7", "[2001:db8:ffff::1]:80"]

    /// Returns a value of random pieces, of random bytes, an overlong one, or a damaged list.
    private static func bytes(for name: String, using generator: inout SplitMix64) -> [UInt8] {
        if generator.once(in: 8) {
            return (0..<Int.random(in: 0...80, using: &generator)).map { _ in UInt8.random(in: 0...255, using: &generator) }
        }
        if !generator.once(in: 4) {
            let elements = (0..<Int.random(in: 1...3, using: &generator))
                .map { _ in
                    generator.pick(name.count == 9 ? ["for=", "for=\"", "proto=https;for="] : ["", "", "", "\""])
                        + generator.pick(self.addresses)
                        + generator.pick(["", "", "\"", ";host=shop.example"])
                }
            var list = [UInt8](elements.joined(separator: ", ").utf8)
            if generator.once(in: 3) {
                list.insert(contentsOf: generator.pick(self.pieces), at: Int.random(in: 0...list.count, using: &generator))
            }
            return list
        }
        let value = (0..<Int.random(in: 0...12, using: &generator)).flatMap { _ in generator.pick(self.pieces) }
        return generator.once(in: 100) ? Array(repeatElement(value, count: 8192 / max(value.count, 1)).joined()) : value
    }

    private static func request(using generator: inout SplitMix64) throws -> ProxiedRequest {
        var request = ProxiedRequest().trusting(self.list)
        for _ in 0..<Int.random(in: 0...5, using: &generator) {
            let name = generator.pick(self.names)
            request.rawFields.append((name, self.bytes(for: name, using: &generator)))
        }
        request.header = generator.pick([.automatic, .forwarded, .xForwardedFor, .named(.cfConnectingIP)])
        return request
    }

    @Test(arguments: 0..<4)
    func returnsPeerOrAddressWithinBytes(_ part: Int) throws {
        let seed = 0xADD2_E550 + UInt64(part)
        var generator = SplitMix64(seed: seed)
        var found = 0
        for round in 0..<1500 {
            let place: Comment = "seed \(seed), round \(round)"
            let request = try Self.request(using: &generator)
            guard let client = try request.client() else { continue }
            #expect([nil, "http", "https"].contains(client.scheme), place)
            if let host = client.host {
                #expect(host.utf8.count <= 300, place)
                #expect((try? Origin("https://\(host)")) != nil, place)
                #expect(host == host.lowercased(), place)
            }
            guard client.address != request.peer else { continue }
            guard let address = client.address.ip else {
                #expect(client.address == .unknown, "only the peer itself or `unknown` has no IP address; \(place)")
                continue
            }
            found += 1
            #expect(request.rawFields.contains { Self.containsAddress($0.value, address) }, place)
        }
        #expect(found > 100, "enough of the values contain an address")
    }

    private static let letters = Set("0123456789abcdefABCDEF:.".utf8)

    /// Whether the bytes contain the address, without the escapes of quoted strings.
    private static func containsAddress(_ bytes: [UInt8], _ address: IPAddress) -> Bool {
        let bytes = bytes.filter { $0 != UInt8(ascii: "\\") }
        return bytes.indices.contains { start in
            let letters = bytes[start...].prefix(45).prefix(while: self.letters.contains)
            return letters.indices.contains { IPAddress(String(decoding: letters[...$0], as: UTF8.self)) == address }
        }
    }

    @Test func ignoresAnyBytesOfUntrustedPeer() throws {
        let seed: UInt64 = 0xADD2_E551
        var generator = SplitMix64(seed: seed)
        let peers = [PeerAddress(text: "203.0.113.9"), PeerAddress(text: "2001:db8::9"), .unixSocket, .unknown]
        for round in 0..<1500 {
            let peer = generator.pick(peers)
            let request = try Self.request(using: &generator).from(peer)
            var configuration = CaptureConfiguration()
            configuration.trustedProxies = try request.proxies
            let visit = try resolve(request.request(), from: peer, configuration: configuration)
            let plain = try resolve(ProxiedRequest().request(), from: peer)
            #expect(visit == plain, "seed \(seed), round \(round)")
        }
    }

    /// A list of proxies' elements with a known result, which follows a client's forged values.
    @Test(arguments: [true, false])
    func returnsFirstUntrustedAddressOfWellFormedList(isForwarded: Bool) throws {
        let seed: UInt64 = 0xADD2_E552
        var generator = SplitMix64(seed: seed)
        for round in 0..<3000 {
            // From the right, as the proxies appended them.
            let hops = (0..<Int.random(in: 0...5, using: &generator)).map { _ in Self.trusted(using: &generator) }
            let end = Int.random(in: 0..<3, using: &generator)
            var elements = hops
            var expected = hops.last
            switch end {
            case 0:
                let client = Self.untrusted(using: &generator)
                elements.append(client)
                expected = client
            case 1:
                elements.append(nil)
                expected = .some(nil)
            default:
                break
            }
            guard !elements.isEmpty else { continue }
            var written = elements.map { Self.write($0, isForwarded: isForwarded, using: &generator) }
            if end != 2, generator.once(in: 2) { written.append(Self.bytes(for: "", using: &generator)) }

            var request = ProxiedRequest().trusting(Self.list)
            request.header = isForwarded ? .forwarded : .xForwardedFor
            let name = isForwarded ? "Forwarded" : "X-Forwarded-For"
            for element in written.reversed() {
                if generator.once(in: 3) || request.rawFields.isEmpty {
                    request.rawFields.append((name, element))
                } else {
                    request.rawFields[request.rawFields.count - 1].value += [UInt8(ascii: ","), UInt8(ascii: " ")] + element
                }
            }
            #expect(try request.client()?.address.ip == expected ?? nil, "seed \(seed), round \(round)")
        }
    }

    private static func trusted(using generator: inout SplitMix64) -> IPAddress? {
        let low = UInt64.random(in: 0...UInt64.max, using: &generator)
        if generator.once(in: 2) { return IPAddress(ipv4: 0x0A00_0000 | UInt32(truncatingIfNeeded: low >> 40)) }
        return IPAddress(ipv6: 0x2001_0DB8_FFFF_0000 | low >> 48, low)
    }

    private static func untrusted(using generator: inout SplitMix64) -> IPAddress? {
        let low = UInt64.random(in: 0...UInt64.max, using: &generator)
        if generator.once(in: 2) { return IPAddress(ipv4: 0xCB00_7100 | UInt32(truncatingIfNeeded: low >> 56)) }
        return IPAddress(ipv6: 0x2001_0DB8_0000_0000 | low >> 48, low)
    }

    /// Returns an element in one of the forms that proxies write, or an element without an address for `nil`.
    private static func write(_ address: IPAddress?, isForwarded: Bool, using generator: inout SplitMix64) -> [UInt8] {
        var text: String
        if let address {
            text = address.text
            if address.isIPv4, generator.once(in: 3) { text = "::ffff:\(text)" }
            if generator.once(in: 3) { text = text.uppercased() }
            let port = generator.pick(["", "", ":80", ":_p"])
            if text.contains(":") {
                if !port.isEmpty || generator.once(in: 2) { text = "[\(text)]" }
                text += port
            } else {
                text += port
            }
        } else {
            text = generator.pick(["unknown", "_obf", "0.0.0.0", "203.0.113.256", "localhost", "unix:", "[::1"])
        }
        guard isForwarded else { return [UInt8]((generator.once(in: 4) ? "\"\(text)\"" : text).utf8) }
        if generator.once(in: 2) || text.isEmpty { text = "\"\(text)\"" }
        let name = generator.pick(["for", "For", "FOR"])
        let more = generator.pick(["", ";proto=https", "; by=\"_x,y\"", ";ext=\"a\\\"b,c\""])
        return [UInt8]("\(name)=\(text)\(more)".utf8)
    }
}
