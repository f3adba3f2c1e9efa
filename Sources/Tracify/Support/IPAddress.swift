//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// An IPv4 or IPv6 address, in 16 bytes.
///
/// An IPv4 address is stored in its IPv4-mapped form, so `::ffff:203.0.113.7` and `203.0.113.7` are equal (contract,
/// "Anonymization").
public struct IPAddress: Sendable, Hashable {
    let high: UInt64
    let low: UInt64

    /// Creates an IPv4 address.
    ///
    /// - Parameter ipv4: The four bytes in host order: `0xCB00_7107` is 203.0.113.7.
    public init(ipv4: UInt32) {
        self.high = 0
        self.low = 0xFFFF_0000_0000 | UInt64(ipv4)
    }

    /// Creates an IPv6 address.
    ///
    /// - Parameters:
    ///   - high: The first eight bytes in host order.
    ///   - low: The last eight bytes in host order.
    public init(ipv6 high: UInt64, _ low: UInt64) {
        self.high = high
        self.low = low
    }

    /// The address `0.0.0.0`, which stands for an unknown address where one is required.
    static let unspecified = IPAddress(ipv4: 0)

    /// Whether the address is IPv4, in plain or IPv4-mapped form.
    package var isIPv4: Bool { self.high == 0 && self.low >> 32 == 0xFFFF }

    /// Creates an address from its text: four decimal numbers for IPv4, the forms of RFC 4291, section 2.2, for IPv6.
    ///
    /// The result is `nil` for any other text, including an address with brackets, a port, a zone or whitespace, and an IPv4
    /// address with leading zeros, which some systems read as octal.
    ///
    /// - Parameter text: The address, and nothing else.
    public init?(_ text: some StringProtocol) {
        guard let address = text.withBytes({ IPAddress($0) }) else { return nil }
        self = address
    }

    /// Creates an address from the bytes of its text; see ``init(_:)``.
    init?(_ bytes: Bytes) {
        if let ipv4 = IPAddress.parseIPv4(bytes) {
            self.init(ipv4: ipv4)
        } else if let (high, low) = IPAddress.parseIPv6(bytes) {
            self.init(ipv6: high, low)
        } else {
            return nil
        }
    }

    private static func parseIPv4(_ bytes: Bytes) -> UInt32? {
        var result: UInt32 = 0
        var parts = 0
        for part in bytes.split(separator: UInt8(ascii: "."), maxSplits: 4, omittingEmptySubsequences: false) {
            guard parts < 4, (1...3).contains(part.count), part.count == 1 || part.first != UInt8(ascii: "0") else { return nil }
            var value: UInt32 = 0
            for byte in part {
                guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
                value = value * 10 + UInt32(byte - UInt8(ascii: "0"))
            }
            guard value <= 255 else { return nil }
            result = result << 8 | value
            parts += 1
        }
        return parts == 4 ? result : nil
    }

    private static func parseIPv6(_ bytes: Bytes) -> (UInt64, UInt64)? {
        // No address has more than 45 characters.
        guard bytes.count >= 2, bytes.count <= 45 else { return nil }
        let colon = UInt8(ascii: ":")
        var groups: [UInt16] = []
        var gap: Int? = nil
        var parts = bytes.split(separator: colon, omittingEmptySubsequences: false)

        // A leading or trailing "::" yields two empty parts; one of them is the gap.
        if bytes.hasPrefix("::") {
            parts.removeFirst()
        } else if bytes.first == colon {
            return nil
        }
        if bytes.suffix(2).equals("::") {
            parts.removeLast()
        } else if bytes.last == colon {
            return nil
        }

        for (index, part) in parts.enumerated() {
            if part.isEmpty {
                guard gap == nil else { return nil }
                gap = groups.count
            } else if part.contains(UInt8(ascii: ".")) {
                guard index == parts.count - 1, let ipv4 = Self.parseIPv4(part) else { return nil }
                groups.append(UInt16(truncatingIfNeeded: ipv4 >> 16))
                groups.append(UInt16(truncatingIfNeeded: ipv4))
            } else {
                guard part.count <= 4 else { return nil }
                var value: UInt16 = 0
                for byte in part {
                    guard let nibble = HexDigits.value(byte) else { return nil }
                    value = value << 4 | UInt16(nibble)
                }
                groups.append(value)
            }
        }
        if let gap {
            guard groups.count < 8 else { return nil }
            groups.insert(contentsOf: repeatElement(0, count: 8 - groups.count), at: gap)
        }
        guard groups.count == 8 else { return nil }
        return (
            groups[..<4].reduce(0) { $0 << 16 | UInt64($1) },
            groups[4...].reduce(0) { $0 << 16 | UInt64($1) }
        )
    }

    /// The canonical text: dotted decimal for IPv4 and IPv4-mapped addresses, the form of RFC 5952 for all others.
    ///
    /// This is the text that is anonymized (contract, "Anonymization"). It is personal data and must not reach a log, a store or
    /// an error.
    package var text: String {
        if self.isIPv4 {
            let value = UInt32(truncatingIfNeeded: self.low)
            return "\(value >> 24).\(value >> 16 & 0xFF).\(value >> 8 & 0xFF).\(value & 0xFF)"
        }
        let groups = (0..<8)
            .map { index in
                UInt16(truncatingIfNeeded: (index < 4 ? self.high : self.low) >> (UInt64(3 - index % 4) * 16))
            }
        // RFC 5952, section 4.2: the longest run of two or more zero groups becomes "::", the first one if runs are equally long.
        var longest = 0..<0
        var start = 0
        while start < 8 {
            var end = start
            while end < 8, groups[end] == 0 { end += 1 }
            if end - start >= 2, end - start > longest.count { longest = start..<end }
            start = max(end, start + 1)
        }
        let hex = groups.map { String($0, radix: 16) }
        guard !longest.isEmpty else { return hex.joined(separator: ":") }
        return hex[..<longest.lowerBound].joined(separator: ":") + "::" + hex[longest.upperBound...].joined(separator: ":")
    }
}

// An address is personal data. String interpolation and `dump` must not put it into a log, so only `text` returns it.
extension IPAddress: CustomStringConvertible, CustomReflectable {
    /// The address family only, `[IPv4 address]` or `[IPv6 address]`.
    ///
    /// The address itself is personal data and is not shown.
    public var description: String { self.isIPv4 ? "[IPv4 address]" : "[IPv6 address]" }
    /// A mirror without children, so that `dump` does not show the address.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
