//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Foundation
import Testing

@testable import Tracify

struct IPAddressTests {
    @Test(arguments: [
        ("0.0.0.0", "0.0.0.0"),
        ("255.255.255.255", "255.255.255.255"),
        ("192.168.1.1", "192.168.1.1"),
        ("::", "::"),
        ("::1", "::1"),
        ("1::", "1::"),
        ("2001:db8::1", "2001:db8::1"),
        // RFC 5952, section 4.1: no leading zeros.
        ("2001:0db8:0000:0000:0000:0000:0000:0001", "2001:db8::1"),
        ("2001:0db8::0001", "2001:db8::1"),
        // 4.2.1: shortened as much as possible.
        ("2001:db8:0:0:0:0:2:1", "2001:db8::2:1"),
        // 4.2.2: one zero group is not shortened.
        ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
        ("2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
        ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"),
        ("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"),
        // 4.2.3: the longest run is shortened; of two equal runs, the first.
        ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"),
        ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
        ("1:0:0:2:0:0:0:0", "1:0:0:2::"),
        ("0:0:1:0:0:1:0:0", "::1:0:0:1:0:0"),
        // 4.3: lower case.
        ("2001:DB8::ABCD:EF", "2001:db8::abcd:ef"),
        // The contract treats IPv4-mapped addresses as IPv4, in every notation.
        ("::ffff:1.2.3.4", "1.2.3.4"),
        ("::FFFF:102:304", "1.2.3.4"),
        ("0:0:0:0:0:ffff:255.255.255.255", "255.255.255.255"),
        ("::ffff:0.0.0.0", "0.0.0.0"),
        // Other addresses in mixed notation are IPv6.
        ("::1.2.3.4", "::102:304"),
        ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"),
        ("1:2:3:4:5:6:7.8.9.10", "1:2:3:4:5:6:708:90a"),
        ("::fffe:1.2.3.4", "::fffe:102:304"),
        ("fe80::1", "fe80::1"),
        ("ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
    ])
    func formatsCanonically(text: String, expected: String) throws {
        let address = try #require(IPAddress(text))
        #expect(address.text == expected)
        #expect(IPAddress(expected) == address)
        #expect(IPAddress("<\(text)>".dropFirst().dropLast()) == address, "a substring parses to the same address")
        #expect(address.isIPv4 == !expected.contains(":"))
    }

    struct BadRow: Row {
        let text: String
        let reason: String
    }

    @Test(arguments: [
        BadRow(text: "", reason: "nothing"),
        BadRow(text: " ", reason: "a space"),
        BadRow(text: "localhost", reason: "a name"),
        BadRow(text: "1.2.3", reason: "three numbers"),
        BadRow(text: "1.2.3.4.5", reason: "five numbers"),
        BadRow(text: "1.2.3.", reason: "an empty number at the end"),
        BadRow(text: ".1.2.3", reason: "an empty number at the start"),
        BadRow(text: "1..2.3", reason: "an empty number within"),
        BadRow(text: "1.2.3.256", reason: "more than a byte"),
        BadRow(text: "1.2.3.1000", reason: "four digits"),
        BadRow(text: "1.2.3.04", reason: "a leading zero, octal for some"),
        BadRow(text: "01.2.3.4", reason: "a leading zero in front"),
        BadRow(text: "1.2.3.00", reason: "two zeros"),
        BadRow(text: "0x1.2.3.4", reason: "hexadecimal"),
        BadRow(text: "3405803853", reason: "one number"),
        BadRow(text: "-1.2.3.4", reason: "a sign"),
        BadRow(text: "+1.2.3.4", reason: "a plus"),
        BadRow(text: " 1.2.3.4", reason: "a space before"),
        BadRow(text: "1.2.3.4\n", reason: "a line break after"),
        BadRow(text: "1.2.3.4:80", reason: "IPv4 with a port"),
        BadRow(text: "1.2.3.4/32", reason: "a network"),
        BadRow(text: "1.2.3.4\u{0}", reason: "NUL after"),
        BadRow(text: "\u{0661}.2.3.4", reason: "a digit of another script"),
        BadRow(text: "1,2,3,4", reason: "commas"),
        BadRow(text: ":", reason: "one colon"),
        BadRow(text: ":::", reason: "three colons"),
        BadRow(text: "::1::", reason: "two gaps"),
        BadRow(text: "1::2::3", reason: "two gaps within"),
        BadRow(text: ":1:2:3:4:5:6:7", reason: "a colon in front"),
        BadRow(text: "1:2:3:4:5:6:7:", reason: "a colon at the end"),
        BadRow(text: "1:2:3:4:5:6:7", reason: "seven groups"),
        BadRow(text: "1:2:3:4:5:6:7:8:9", reason: "nine groups"),
        BadRow(text: "1:2:3:4:5:6:7:8::", reason: "a gap for nothing at the end"),
        BadRow(text: "::1:2:3:4:5:6:7:8", reason: "a gap for nothing in front"),
        BadRow(text: "1:2:3:4::5:6:7:8", reason: "a gap for nothing within"),
        BadRow(text: "12345::", reason: "five digits"),
        BadRow(text: "00001::", reason: "five digits with zeros"),
        BadRow(text: "g::", reason: "no hexadecimal digit"),
        BadRow(text: "2001:db8::1%eth0", reason: "a zone"),
        BadRow(text: "[::1]", reason: "brackets"),
        BadRow(text: "[::1]:80", reason: "brackets and a port"),
        BadRow(text: "::1/128", reason: "a network"),
        BadRow(text: " ::1", reason: "a space before"),
        BadRow(text: "::1.2.3", reason: "a short IPv4 at the end"),
        BadRow(text: "::1.2.3.04", reason: "a leading zero in the IPv4 at the end"),
        BadRow(text: "::1.2.3.4:5", reason: "IPv4 not at the end"),
        BadRow(text: "1.2.3.4::", reason: "IPv4 in front"),
        BadRow(text: "1:2:3:4:5:6:7:1.2.3.4", reason: "IPv4 in the place of one group"),
        BadRow(text: "::ffff:1.2.3.4.", reason: "a point at the end"),
        BadRow(text: "0000:0000:0000:0000:0000:0000:255.255.255.2550", reason: "longer than any address"),
        BadRow(text: String(repeating: "1:", count: 10_000), reason: "far longer than any address"),
    ])
    func returnsNilForMalformedText(_ row: BadRow) {
        #expect(IPAddress(row.text) == nil)
    }

    @Test func initializesFromIntegers() {
        #expect(IPAddress(ipv4: 0xCB00_7107).text == "203.0.113.7")
        #expect(IPAddress(ipv6: 0x2001_0DB8_0000_0000, 1).text == "2001:db8::1")
        #expect(IPAddress(ipv6: 0, 0xFFFF_CB00_7107) == IPAddress(ipv4: 0xCB00_7107))
    }

    @Test func roundTripsRandomAddresses() {
        let seed: UInt64 = 0x1BADD
        var generator = SplitMix64(seed: seed)
        for round in 0..<5000 {
            var groups = (0..<8).map { _ in generator.once(in: 2) ? 0 : UInt16.random(in: 0...UInt16.max, using: &generator) }
            if generator.once(in: 8) { groups.replaceSubrange(0..<6, with: [0, 0, 0, 0, 0, 0xFFFF]) }
            let high = groups[..<4].reduce(UInt64(0)) { $0 << 16 | UInt64($1) }
            let low = groups[4...].reduce(UInt64(0)) { $0 << 16 | UInt64($1) }
            let address = IPAddress(ipv6: high, low)

            #expect(IPAddress(address.text) == address, "seed \(seed), round \(round)")
            // The long form with all zeros, in upper case.
            let long = groups.map { String("0000\(String($0, radix: 16, uppercase: true))".suffix(4)) }.joined(separator: ":")
            #expect(IPAddress(long) == address, "seed \(seed), round \(round)")
            #expect(IPAddress(long)?.text == address.text, "seed \(seed), round \(round)")
        }
    }

    /// Compares with the C library's `inet_pton` on random near-addresses.
    @Test func agreesWithInetPton() {
        let seed: UInt64 = 0x1BADDA
        var generator = SplitMix64(seed: seed)
        let models = [
            "192.0.2.1", "255.255.255.255", "::", "2001:db8::1", "1:2:3:4:5:6:7:8", "::ffff:1.2.3.4", "1::8", "fe80::a:b:c:d",
        ]
        let alphabet = Array("0123456789abcdefABCDEFg::::....".utf8)
        var accepted = 0
        for round in 0..<20_000 {
            var text = Array(generator.pick(models).utf8)
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                let place = Int.random(in: 0...text.count, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: text.insert(generator.pick(alphabet), at: place)
                case 1 where place < text.count: text.remove(at: place)
                case 2 where place < text.count: text[place] = generator.pick(alphabet)
                default: break
                }
            }
            let string = String(decoding: text, as: UTF8.self)
            var storage = in6_addr()
            let isAddress = inet_pton(AF_INET, string, &storage) == 1 || inet_pton(AF_INET6, string, &storage) == 1
            #expect((IPAddress(string) != nil) == isAddress, "\(string), seed \(seed), round \(round)")
            accepted += isAddress ? 1 : 0
        }
        #expect(accepted > 2000, "enough of the random texts are valid addresses")
    }

    @Test(arguments: [
        ("203.0.113.7", "203.0.113.7"), ("fe80::1%eth0", "fe80::1"), ("::ffff:203.0.113.7%1", "203.0.113.7"),
        ("fe80::1%", "fe80::1"),
    ])
    func peerAddressDropsZone(text: String, expected: String) {
        #expect(PeerAddress(text: text) == IPAddress(expected).map(PeerAddress.ip))
    }

    @Test(arguments: ["", "%eth0", "unix:/run/shop.sock", "[::1]", "203.0.113.7:443", "localhost"])
    func peerAddressIsUnknownForMalformedText(_ text: String) {
        #expect(PeerAddress(text: text) == .unknown)
    }
}
