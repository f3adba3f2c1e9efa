//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// A parser of addresses as proxies write them: with or without a port, IPv6 with or without brackets and a zone.
enum ForwardedNode {
    /// Returns the address in `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]`, `[2001:db8::1]:80` or `fe80::1%eth0`.
    ///
    /// Anything else results in `nil`, including `unknown` and obfuscated identifiers (RFC 7239, section 6), and the unspecified
    /// address, which no client has.
    static func address(_ bytes: Bytes) -> IPAddress? {
        let address: IPAddress?
        if bytes.first == UInt8(ascii: "[") {
            guard let close = bytes.firstIndex(of: UInt8(ascii: "]")), self.isPortOrNone(bytes[close...].dropFirst()) else {
                return nil
            }
            address = self.ipv6(bytes[..<close].dropFirst())
        } else if let colon = bytes.firstIndex(of: UInt8(ascii: ":")) {
            let port = bytes[colon...]
            if port.dropFirst().contains(UInt8(ascii: ":")) {
                address = self.ipv6(bytes)
            } else {
                address = self.isPortOrNone(port) ? self.plain(bytes[..<colon]) : nil
            }
        } else {
            address = self.plain(bytes)
        }
        guard let address, address != .unspecified, address != IPAddress(ipv6: 0, 0) else { return nil }
        return address
    }

    /// Returns the address in the same texts, with or without quotes around them, such as `"[2001:db8::1]:80"`.
    ///
    /// No character of an address needs an escape within quotes.
    static func possiblyQuotedAddress(_ bytes: Bytes) -> IPAddress? {
        guard bytes.first == UInt8(ascii: "\"") else { return self.address(bytes) }
        let inner = bytes.dropFirst()
        return inner.last == UInt8(ascii: "\"") ? self.address(inner.dropLast()) : nil
    }

    /// Returns an IPv6 address without its zone, which names an interface of the machine that wrote it.
    private static func ipv6(_ bytes: Bytes) -> IPAddress? {
        guard let percent = bytes.firstIndex(of: UInt8(ascii: "%")) else {
            return bytes.contains(UInt8(ascii: ":")) ? self.plain(bytes) : nil
        }
        // RFC 6874, section 2: unreserved characters and percent-escapes.
        let zone = bytes[percent...].dropFirst()
        let isZone = zone.allSatisfy {
            URLBytes.isLowerCaseHost($0) || URLBytes.isAlphanumeric($0) || $0 == UInt8(ascii: "~") || $0 == UInt8(ascii: "%")
        }
        guard isZone, !zone.isEmpty, bytes[..<percent].contains(UInt8(ascii: ":")) else { return nil }
        return self.plain(bytes[..<percent])
    }

    private static func plain(_ bytes: Bytes) -> IPAddress? {
        IPAddress(bytes)
    }

    /// Returns whether the bytes are empty, or a colon and a port, which may be obfuscated: `_x` (RFC 7239, section 6).
    private static func isPortOrNone(_ bytes: Bytes) -> Bool {
        guard let first = bytes.first else { return true }
        let port = bytes.dropFirst()
        guard first == UInt8(ascii: ":") else { return false }
        if port.first == UInt8(ascii: "_") {
            let name = port.dropFirst()
            return !name.isEmpty && name.allSatisfy { URLBytes.isAlphanumeric($0) || URLBytes.isLowerCaseHost($0) }
        }
        guard (1...5).contains(port.count) else { return false }
        var value = 0
        for byte in port {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return false }
            value = value * 10 + Int(byte - UInt8(ascii: "0"))
        }
        return value <= 65535
    }
}
