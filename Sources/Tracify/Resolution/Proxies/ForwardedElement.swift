//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// An element of a `Forwarded` field (RFC 7239, section 4), which describes the request as one proxy received it.
///
/// The parser accepts more than the grammar does, because proxies write more: whitespace around semicolons, and addresses and
/// ports without the quotes that their colons and brackets require.
struct ForwardedElement {
    /// The client of the request to the proxy, `for`.
    private(set) var client: [UInt8]?
    /// The scheme of the request to the proxy, `proto`.
    private(set) var scheme: [UInt8]?
    /// The host of the request to the proxy, `host`.
    private(set) var host: [UInt8]?

    /// Creates an element from its bytes; `nil` when it is malformed or repeats a parameter, which section 4 forbids.
    init?(_ bytes: Bytes) {
        var rest = bytes
        while true {
            rest = rest.drop(while: OptionalWhitespace.contains)
            guard let first = rest.first else { return }
            if first != UInt8(ascii: ";") {
                let name = rest.prefix(while: Self.isToken)
                rest = rest[name.endIndex...]
                guard !name.isEmpty, rest.popFirst() == UInt8(ascii: "="), let value = Self.popValue(&rest) else { return nil }
                guard self.set(name, to: value) else { return nil }
                rest = rest.drop(while: OptionalWhitespace.contains)
            }
            guard rest.isEmpty || rest.popFirst() == UInt8(ascii: ";") else { return nil }
        }
    }

    private mutating func set(_ name: Bytes, to value: [UInt8]) -> Bool {
        if name.equalsIgnoringCase("for") {
            guard self.client == nil else { return false }
            self.client = value
        } else if name.equalsIgnoringCase("proto") {
            guard self.scheme == nil else { return false }
            self.scheme = value
        } else if name.equalsIgnoringCase("host") {
            guard self.host == nil else { return false }
            self.host = value
        }
        return true
    }

    private static func popValue(_ rest: inout Bytes) -> [UInt8]? {
        guard rest.first == UInt8(ascii: "\"") else {
            let value = rest.prefix(while: self.isUnquoted)
            rest = rest[value.endIndex...]
            return value.isEmpty ? nil : [UInt8](value)
        }
        rest = rest.dropFirst()
        var value: [UInt8] = []
        while var byte = rest.popFirst() {
            if byte == UInt8(ascii: "\"") { return value }
            if byte == UInt8(ascii: "\\") {
                guard let escaped = rest.popFirst() else { return nil }
                byte = escaped
            }
            guard byte >= 0x20 && byte != 0x7F || byte == UInt8(ascii: "\t") else { return nil }
            value.append(byte)
        }
        return nil
    }

    /// Returns whether a byte may be part of a token (RFC 9110, section 5.6.2).
    private static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "%"), UInt8(ascii: "&"), UInt8(ascii: "'"),
            UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "^"), UInt8(ascii: "_"),
            UInt8(ascii: "`"), UInt8(ascii: "|"), UInt8(ascii: "~"):
            true
        default: URLBytes.isAlphanumeric(byte)
        }
    }

    /// Returns whether a byte may be part of an unquoted value.
    private static func isUnquoted(_ byte: UInt8) -> Bool {
        self.isToken(byte) || byte == UInt8(ascii: ":") || byte == UInt8(ascii: "[") || byte == UInt8(ascii: "]")
    }
}
