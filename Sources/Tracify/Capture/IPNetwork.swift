//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// A network of IPv4 or IPv6 addresses in CIDR notation (RFC 4632, section 3.1; RFC 4291, section 2.3), such as `10.0.0.0/8`.
///
/// A network is configuration and not personal data, so its description shows it, unlike that of an ``IPAddress``.
public struct IPNetwork: Sendable, Hashable {
    private let high: UInt64
    private let low: UInt64
    private let highMask: UInt64
    private let lowMask: UInt64
    private let isIPv4: Bool

    /// Creates a network from its text: an address, optionally followed by a slash and the prefix length in bits.
    ///
    /// The prefix length is 0 to 32 for IPv4 and 0 to 128 for IPv6. An address alone is a network of one address. An IPv4-mapped
    /// network such as `::ffff:10.0.0.0/104` is the IPv4 network `10.0.0.0/8`.
    ///
    /// - Parameter text: The network in CIDR notation.
    /// - Throws: ``ValidationError`` with the field `trusted_proxies` when the text is not a network, or when bits after the
    ///   prefix are set: `10.0.0.1/8` could mean one address or the whole network.
    public init(_ text: some StringProtocol) throws(ValidationError) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let (addressText, prefixText) = (parts[0], parts.count > 1 ? parts[1] : "")
        guard !addressText.isEmpty || !prefixText.isEmpty else { throw IPNetwork.invalid(.empty) }
        guard let address = IPAddress(addressText) else { throw IPNetwork.invalid(.malformed) }
        let isMapped = address.isIPv4 && addressText.utf8.contains(UInt8(ascii: ":"))
        // IPv4 addresses are kept in IPv4-mapped form: the first 96 of the 128 bits are the same for all of them.
        let fixed = address.isIPv4 && !isMapped ? 96 : 0

        var prefix = 128
        if addressText.utf8.count < text.utf8.count {
            guard let value = IPNetwork.number(prefixText) else { throw IPNetwork.invalid(.malformed) }
            let allowed = (isMapped ? 96 : 0)...(128 - fixed)
            guard allowed.contains(value) else {
                throw ValidationError(
                    field: IPNetwork.field,
                    code: .outOfRange,
                    allowed: "a prefix of \(allowed.lowerBound) to \(allowed.upperBound) bits after \(addressText)"
                )
            }
            prefix = fixed + value
        }
        // Swift's `<<` by 64 bits results in 0.
        self.highMask = UInt64.max << UInt64(64 - min(prefix, 64))
        self.lowMask = UInt64.max << UInt64(128 - max(prefix, 64))
        self.high = address.high & self.highMask
        self.low = address.low & self.lowMask
        self.isIPv4 = address.isIPv4
        guard self.high == address.high, self.low == address.low else {
            // This message shows the text, which is a valid address with a prefix. Other texts may be secrets, see `invalid(_:)`.
            throw ValidationError(
                field: IPNetwork.field,
                code: .outOfRange,
                allowed: "\(self), the network that \(text) is in, or \(address.text) for that address alone"
            )
        }
    }

    /// Returns whether an address is in the network.
    ///
    /// An IPv4 address, mapped or not, is in no IPv6 network, not even in `::/0`.
    ///
    /// - Parameter address: The address.
    /// - Returns: Whether the network contains the address.
    package func contains(_ address: IPAddress) -> Bool {
        address.low & self.lowMask == self.low && address.high & self.highMask == self.high && address.isIPv4 == self.isIPv4
    }

    /// The loopback and private networks (RFC 1918, RFC 4193, RFC 6598).
    static let privateNetworks = [
        "127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "::1", "fc00::/7",
    ]
    .compactMap { try? IPNetwork($0) }

    /// The field that errors about networks name.
    static let field = "trusted_proxies"

    // The text is not shown: a text that is not a network may be a secret that was assigned to the wrong variable.
    private static func invalid(_ code: ValidationError.Code) -> ValidationError {
        ValidationError(
            field: self.field,
            code: code,
            allowed:
                "networks such as 10.0.0.0/8, 2001:db8::/32 or 192.0.2.1, separated by commas; for trusted proxies also the word unix"
        )
    }

    /// Returns the value of a decimal number of one to three digits without a sign or leading zeros; `nil` for any other text.
    private static func number(_ text: some StringProtocol) -> Int? {
        guard (1...3).contains(text.utf8.count), text.utf8.count == 1 || text.utf8.first != UInt8(ascii: "0") else { return nil }
        var value = 0
        for byte in text.utf8 {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            value = value * 10 + Int(byte - UInt8(ascii: "0"))
        }
        return value
    }
}

extension IPNetwork: CustomStringConvertible {
    /// The network in canonical CIDR notation, with the prefix length also for a single address.
    public var description: String {
        let prefix = self.highMask.nonzeroBitCount + self.lowMask.nonzeroBitCount - (self.isIPv4 ? 96 : 0)
        return "\(IPAddress(ipv6: self.high, self.low).text)/\(prefix)"
    }
}
