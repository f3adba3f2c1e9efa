//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Testing

@testable import Tracify

/// Networks in CIDR notation: parsing and containment.
struct IPNetworkTests {
    struct GoodRow: Row {
        let text: String
        let expected: String
        let reason: String

        init(_ text: String, _ expected: String, _ reason: String) {
            (self.text, self.expected, self.reason) = (text, expected, reason)
        }
    }

    @Test(arguments: [
        GoodRow("10.0.0.0/8", "10.0.0.0/8", "a network of IPv4"),
        GoodRow("172.16.0.0/12", "172.16.0.0/12", "a prefix within a byte"),
        GoodRow("192.0.2.128/25", "192.0.2.128/25", "the upper half of a network"),
        GoodRow("192.0.2.1", "192.0.2.1/32", "an address alone is a network of one"),
        GoodRow("192.0.2.1/32", "192.0.2.1/32", "the same with its prefix"),
        GoodRow("192.0.2.0/31", "192.0.2.0/31", "a network of two"),
        GoodRow("0.0.0.0/0", "0.0.0.0/0", "all of IPv4"),
        GoodRow("128.0.0.0/1", "128.0.0.0/1", "half of IPv4"),
        GoodRow("255.255.255.255", "255.255.255.255/32", "the last address"),
        GoodRow("2001:db8::/32", "2001:db8::/32", "a network of IPv6"),
        GoodRow("2001:DB8:0:0::/32", "2001:db8::/32", "the same in another form"),
        GoodRow("fc00::/7", "fc00::/7", "a prefix within a byte, of IPv6"),
        GoodRow("2001:db8:0:8000::/49", "2001:db8:0:8000::/49", "a prefix in the first half"),
        GoodRow("2001:db8:1:2::/64", "2001:db8:1:2::/64", "a prefix of just the first half"),
        GoodRow("2001:db8:1:2:8000::/65", "2001:db8:1:2:8000::/65", "a prefix of one bit more"),
        GoodRow("::1", "::1/128", "an address of IPv6 alone"),
        GoodRow("::1/128", "::1/128", "the same with its prefix"),
        GoodRow("::/0", "::/0", "all of IPv6"),
        GoodRow("::/127", "::/127", "the longest prefix but one"),
        GoodRow("::ffff:10.0.0.0/104", "10.0.0.0/8", "a mapped network is one of IPv4"),
        GoodRow("::FFFF:0A00:0000/104", "10.0.0.0/8", "also in hexadecimal"),
        GoodRow("::ffff:192.0.2.1", "192.0.2.1/32", "a mapped address alone"),
        GoodRow("::ffff:0:0/96", "0.0.0.0/0", "all that is mapped"),
        GoodRow("64:ff9b::/96", "64:ff9b::/96", "NAT64 is IPv6, although IPv4 is in it"),
    ])
    func parsesNetworks(_ row: GoodRow) throws {
        let network = try IPNetwork(row.text)
        #expect(network.description == row.expected)
        #expect(try IPNetwork(row.expected) == network, "the canonical form parses to the same network")
        #expect(try IPNetwork("<\(row.text)>".dropFirst().dropLast()) == network, "a substring parses to the same network")
    }

    struct BadRow: Row {
        let text: String
        var code = ValidationError.Code.malformed
        var allowed =
            "networks such as 10.0.0.0/8, 2001:db8::/32 or 192.0.2.1, separated by commas; for trusted proxies also the word unix"
        let reason: String
    }

    static let badRows: [BadRow] = [
        BadRow(text: "", code: .empty, reason: "nothing"),
        BadRow(text: "/8", reason: "no address"),
        BadRow(text: "/", code: .empty, reason: "a slash alone"),
        BadRow(text: "10.0.0.0/", reason: "no prefix after the slash"),
        BadRow(text: "10.0.0.0/8/8", reason: "two prefixes"),
        BadRow(text: "10.0.0.0//8", reason: "two slashes"),
        BadRow(text: "10.0.0.0/ 8", reason: "a space before the prefix"),
        BadRow(text: "10.0.0.0 /8", reason: "a space before the slash"),
        BadRow(text: " 10.0.0.0/8", reason: "a space in front, which only the list takes away"),
        BadRow(text: "10.0.0.0/8\n", reason: "a line break"),
        BadRow(text: "10.0.0.0/+8", reason: "a sign"),
        BadRow(text: "10.0.0.0/-8", reason: "a negative prefix"),
        BadRow(text: "10.0.0.0/08", reason: "a leading zero, octal for some"),
        BadRow(text: "10.0.0.0/00", reason: "two zeros"),
        BadRow(text: "10.0.0.0/0x8", reason: "hexadecimal"),
        BadRow(text: "10.0.0.0/1000", reason: "more digits than any prefix has"),
        BadRow(text: "10.0.0.0/99999999999999999999", reason: "more than a number holds"),
        BadRow(text: "10.0.0.0/\u{0668}", reason: "an Arabic eight"),
        BadRow(text: "10.0.0.0/8\u{0}", reason: "NUL"),
        BadRow(text: "\u{202E}10.0.0.0/8", reason: "a bidi control, which shows the text in another order"),
        BadRow(text: "10.0.0.0/255.0.0.0", reason: "a mask in the place of a prefix"),
        BadRow(text: "10.0.0.0-10.0.0.255", reason: "a range"),
        BadRow(text: "10.0.0.*", reason: "a star"),
        BadRow(text: "10/8", reason: "an abbreviated address"),
        BadRow(text: "10.0.0/24", reason: "three numbers"),
        BadRow(text: "010.0.0.0/8", reason: "a leading zero in the address"),
        BadRow(text: "10.0.0.0:80", reason: "a port"),
        BadRow(text: "[2001:db8::]/32", reason: "brackets"),
        BadRow(text: "fe80::%eth0/64", reason: "a zone, which no network has"),
        BadRow(text: "fe80::/64%eth0", reason: "a zone behind the prefix"),
        BadRow(text: "localhost", reason: "a name"),
        BadRow(text: "private", reason: "a keyword of other servers"),
        BadRow(text: "*", reason: "all addresses, which must be written as networks"),
        BadRow(text: "unix", reason: "a keyword of the list, not a network"),
        BadRow(text: "10.0.0.0/8,::1", reason: "a list"),
        BadRow(text: String(repeating: "1", count: 8192), reason: "8 KB"),
        BadRow(
            text: "10.0.0.0/33",
            code: .outOfRange,
            allowed: "a prefix of 0 to 32 bits after 10.0.0.0",
            reason: "a bit more than IPv4 has"
        ),
        BadRow(
            text: "2001:db8::/129",
            code: .outOfRange,
            allowed: "a prefix of 0 to 128 bits after 2001:db8::",
            reason: "a bit more than IPv6 has"
        ),
        BadRow(
            text: "::ffff:10.0.0.0/8",
            code: .outOfRange,
            allowed: "a prefix of 96 to 128 bits after ::ffff:10.0.0.0",
            reason: "a mapped network with the prefix of IPv4: it would be nearly all of IPv6"
        ),
        BadRow(
            text: "10.0.0.1/8",
            code: .outOfRange,
            allowed: "10.0.0.0/8, the network that 10.0.0.1/8 is in, or 10.0.0.1 for that address alone",
            reason: "one address, or the network that it is in?"
        ),
        BadRow(
            text: "192.0.2.129/25",
            code: .outOfRange,
            allowed: "192.0.2.128/25, the network that 192.0.2.129/25 is in, or 192.0.2.129 for that address alone",
            reason: "the same within a byte"
        ),
        BadRow(
            text: "1.2.3.4/0",
            code: .outOfRange,
            allowed: "0.0.0.0/0, the network that 1.2.3.4/0 is in, or 1.2.3.4 for that address alone",
            reason: "a nonzero address with prefix 0"
        ),
        BadRow(
            text: "2001:db8::1/32",
            code: .outOfRange,
            allowed: "2001:db8::/32, the network that 2001:db8::1/32 is in, or 2001:db8::1 for that address alone",
            reason: "the same for IPv6, bits in the second half"
        ),
        BadRow(
            text: "2001:db8:1::/32",
            code: .outOfRange,
            allowed: "2001:db8::/32, the network that 2001:db8:1::/32 is in, or 2001:db8:1:: for that address alone",
            reason: "the same for IPv6, bits in the first half"
        ),
        BadRow(
            text: "::ffff:10.0.0.1/104",
            code: .outOfRange,
            allowed: "10.0.0.0/8, the network that ::ffff:10.0.0.1/104 is in, or 10.0.0.1 for that address alone",
            reason: "the same for a mapped network"
        ),
    ]

    @Test(arguments: Self.badRows)
    func throwsForMalformedNetworks(_ row: BadRow) throws {
        let error = try invalidValue { try IPNetwork(row.text) }
        #expect(error.field == "trusted_proxies")
        #expect(error.code == row.code)
        #expect(error.allowed == row.allowed)
    }

    struct ContainsRow: Row {
        let network: String
        let address: String
        let isInside: Bool
        let reason: String

        init(_ network: String, _ address: String, _ isInside: Bool, _ reason: String) {
            (self.network, self.address, self.isInside, self.reason) = (network, address, isInside, reason)
        }
    }

    @Test(arguments: [
        ContainsRow("10.0.0.0/8", "10.0.0.0", true, "the first"),
        ContainsRow("10.0.0.0/8", "10.255.255.255", true, "the last"),
        ContainsRow("10.0.0.0/8", "9.255.255.255", false, "one before the first"),
        ContainsRow("10.0.0.0/8", "11.0.0.0", false, "one after the last"),
        ContainsRow("172.16.0.0/12", "172.31.255.255", true, "the last, within a byte"),
        ContainsRow("172.16.0.0/12", "172.32.0.0", false, "one after it"),
        ContainsRow("192.0.2.1", "192.0.2.1", true, "the one address"),
        ContainsRow("192.0.2.1", "192.0.2.2", false, "the adjacent address"),
        ContainsRow("0.0.0.0/0", "255.255.255.255", true, "all of IPv4"),
        ContainsRow("0.0.0.0/0", "::1", false, "no address of IPv6"),
        ContainsRow("0.0.0.0/0", "::102:304", false, "nor an IPv6 address with the same last bytes"),
        ContainsRow("10.0.0.0/8", "::ffff:10.1.2.3", true, "a mapped address is IPv4, as a dual-stack socket shows its peer"),
        ContainsRow("::ffff:10.0.0.0/104", "10.1.2.3", true, "and so is a mapped network"),
        ContainsRow("10.0.0.0/8", "::ffff:11.1.2.3", false, "a mapped address outside"),
        ContainsRow("10.0.0.0/8", "::10.1.2.3", false, "an IPv4-compatible address, which is IPv6"),
        ContainsRow("10.0.0.0/8", "64:ff9b::a01:203", false, "a NAT64 address, which is IPv6"),
        ContainsRow("::/0", "2001:db8::1", true, "all of IPv6"),
        ContainsRow("::/0", "10.1.2.3", false, "no address of IPv4"),
        ContainsRow("::/0", "::ffff:10.1.2.3", false, "nor a mapped IPv4 address"),
        ContainsRow("::/80", "::ffff:10.1.2.3", false, "nor in a network that covers the mapped addresses"),
        ContainsRow("2001:db8::/32", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", true, "the last of IPv6"),
        ContainsRow("2001:db8::/32", "2001:db9::", false, "one after it"),
        ContainsRow("2001:db8:1:2::/64", "2001:db8:1:2:ffff::", true, "the second half is free"),
        ContainsRow("2001:db8:1:2::/64", "2001:db8:1:3::", false, "the first is not"),
        ContainsRow("2001:db8:1:2:8000::/65", "2001:db8:1:2:8000::1", true, "the first bit of the second half"),
        ContainsRow("2001:db8:1:2:8000::/65", "2001:db8:1:2:7fff::1", false, "which counts"),
        ContainsRow("::1", "::1", true, "the one address of IPv6"),
        ContainsRow("::1", "::", false, "the adjacent address"),
        ContainsRow("::1", "127.0.0.1", false, "another loopback address"),
        ContainsRow("fe80::/10", "febf::1", true, "the last of the link-local"),
    ])
    func containsAddresses(_ row: ContainsRow) throws {
        let address = try #require(IPAddress(row.address))
        #expect(try IPNetwork(row.network).contains(address) == row.isInside)
    }

    /// Compares with the definition: the first bits are equal.
    @Test func agreesWithBitwiseComparison() throws {
        let seed: UInt64 = 0xC1D2
        var generator = SplitMix64(seed: seed)
        for round in 0..<3000 {
            let isIPv4 = generator.once(in: 2)
            let width = isIPv4 ? 32 : 128
            let prefix = Int.random(in: 0...width, using: &generator)
            var bits = (0..<width).map { _ in generator.once(in: 2) }
            let base = bits.enumerated().map { $0.offset < prefix && $0.element }
            let network = try IPNetwork("\(Self.address(base).text)/\(prefix)")
            if generator.once(in: 2) {
                let place = Int.random(in: 0..<width, using: &generator)
                bits[place].toggle()
            }
            let isInside = bits.prefix(prefix).elementsEqual(base.prefix(prefix))
            #expect(network.contains(Self.address(bits)) == isInside, "seed \(seed), round \(round)")
        }
    }

    private static func address(_ bits: [Bool]) -> IPAddress {
        let number = bits.suffix(64).reduce(UInt64(0)) { $0 << 1 | ($1 ? 1 : 0) }
        guard bits.count == 128 else { return IPAddress(ipv4: UInt32(truncatingIfNeeded: number)) }
        return IPAddress(ipv6: bits.prefix(64).reduce(UInt64(0)) { $0 << 1 | ($1 ? 1 : 0) }, number)
    }
}
