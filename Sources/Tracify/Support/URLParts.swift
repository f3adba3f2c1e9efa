//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// The components of an absolute URL of the form `scheme://authority/path?query`, as substrings without copies.
///
/// The fragment is not kept. Foundation's `URL` is not used: its parser differs between platforms, it accepts text that browsers
/// do not send, and it costs more than the rest of an event.
package struct URLParts {
    let scheme: Bytes
    let authority: Bytes
    let path: Bytes
    let query: Bytes?
    /// Scheme and authority, as they are written.
    private let site: Bytes

    /// Scheme and authority, if they are those of an `http` or `https` URL in canonical form without a port.
    ///
    /// Nearly all are, and then no origin is made of them.
    var canonicalSite: Bytes? {
        guard self.scheme.equals("https") || self.scheme.equals("http"), URLParts.isCanonicalAuthority(self.authority) else {
            return nil
        }
        return self.site
    }

    /// Splits an absolute URL; the result is `nil` if the text has no scheme followed by `://`.
    ///
    /// The scheme may contain only the characters of RFC 3986; the other components are neither checked nor normalized.
    ///
    /// - Parameter text: The URL.
    init?(_ text: Bytes) {
        guard let colon = text.firstIndex(of: UInt8(ascii: ":")), colon > text.startIndex else { return nil }
        let scheme = text[..<colon]
        guard scheme.allSatisfy(URLBytes.isScheme), text[colon...].hasPrefix("://") else { return nil }
        let rest = text[(colon + 3)...]
        let authorityEnd = rest.firstIndex(where: URLBytes.endsAuthority) ?? rest.endIndex
        self.scheme = scheme
        self.authority = rest[..<authorityEnd]
        self.site = text[..<authorityEnd]
        (self.path, self.query) = URLParts.splitTarget(rest[authorityEnd...])
    }

    /// Returns the components of an absolute URL as texts, for settings; `nil` as in ``init(_:)``.
    package static func texts(
        of url: String
    ) -> (scheme: String, authority: String, path: String, query: String?)? {
        url.withBytes { bytes in
            URLParts(bytes).map { ($0.scheme.text, $0.authority.text, $0.path.text, $0.query?.text) }
        }
    }

    /// Splits the part of a URL after the authority into path and query, without the fragment.
    static func splitTarget(_ target: Bytes) -> (path: Bytes, query: Bytes?) {
        let target = target[..<(target.firstIndex(of: UInt8(ascii: "#")) ?? target.endIndex)]
        guard let mark = target.firstIndex(of: UInt8(ascii: "?")) else { return (target, nil) }
        return (target[..<mark], target[(mark + 1)...])
    }

    /// The maximum length of an authority, in bytes.
    ///
    /// The limits at which a URL is truncated are far larger, so truncation never changes the host.
    static let maximumAuthorityLength = 512
    /// The maximum length of a host with its port, in bytes.
    ///
    /// A host name has at most 253 bytes (RFC 1035, section 2.3.4), and a port with its colon at most 6.
    static let maximumHostLength = 300

    /// Returns the host and port in canonical form: lowercase, without user info and default port, IPv6 in the form of RFC 5952.
    ///
    /// - Parameters:
    ///   - authority: The authority of a URL, or the value of a `Host` field.
    ///   - defaultPort: The scheme's default port, which is removed; 0 if the scheme has none.
    /// - Returns: The canonical authority, or `nil` if the host is empty, too long or contains a character that no host contains,
    ///   or if the port is not a number from 1 to 65535.
    static func canonicalAuthority(_ authority: Bytes, defaultPort: Int) -> String? {
        // The common case.
        if self.isCanonicalAuthority(authority) { return authority.text }
        guard authority.count <= URLParts.maximumAuthorityLength else { return nil }
        var rest = authority
        if let at = rest.lastIndex(of: UInt8(ascii: "@")) { rest = rest[(at + 1)...] }
        guard !rest.isEmpty, rest.count <= URLParts.maximumHostLength, rest.allSatisfy({ $0 < 0x80 }) else { return nil }

        let host: String
        let port: Bytes
        if rest.first == UInt8(ascii: "[") {
            guard
                let close = rest.firstIndex(of: UInt8(ascii: "]")), rest[..<close].contains(UInt8(ascii: ":")),
                let address = IPAddress(rest[(rest.startIndex + 1)..<close])
            else { return nil }
            host = address.isIPv4 ? address.text : "[\(address.text)]"
            port = rest[(close + 1)...]
        } else {
            let colon = rest.firstIndex(of: UInt8(ascii: ":")) ?? rest.endIndex
            guard colon > rest.startIndex, rest[..<colon].allSatisfy({ URLBytes.isLowerCaseHost(ASCII.lowerCase($0)) }) else {
                return nil
            }
            host = rest[..<colon].text.lowercased()
            port = rest[colon...]
        }

        if port.isEmpty || port.equals(":") { return host }
        let digits = port.dropFirst()
        guard port.first == UInt8(ascii: ":"), let number = self.port(digits) else { return nil }
        return number == defaultPort ? host : "\(host):\(number)"
    }

    /// Returns whether an authority is a host in canonical form.
    static func isCanonicalAuthority(_ authority: Bytes) -> Bool {
        !authority.isEmpty && authority.count <= URLParts.maximumHostLength && authority.allSatisfy(URLBytes.isLowerCaseHost)
    }

    /// Returns the number of a port from 1 to 65535; `nil` for any other bytes.
    private static func port(_ digits: Bytes) -> Int? {
        var number = 0
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit), number <= 65535 else { return nil }
            number = number * 10 + Int(digit - UInt8(ascii: "0"))
        }
        return (1...65535).contains(number) ? number : nil
    }

    /// Returns a URL of an origin and a path, which is encoded like that of ``canonicalPath(_:)``.
    static func text(_ origin: String, path: Bytes) -> String { origin.withBytes { self.text($0, path: path) } }

    /// Returns a URL of scheme and authority in canonical form and a path, which is encoded like that of ``canonicalPath(_:)``.
    static func text(_ site: Bytes, path: Bytes) -> String {
        // The common case takes one copy.
        guard path.isEmpty || path.first == UInt8(ascii: "/"), path.allSatisfy(URLBytes.isPath) else {
            return site.text + self.canonicalPath(path)
        }
        return String(site, path)
    }

    /// Returns the path with every byte percent-encoded that RFC 3986 does not allow in a path; existing escapes stay.
    static func canonicalPath(_ path: Bytes) -> String {
        // A backslash ends the authority like a slash does. Without a leading slash, the path would become part of the host.
        (path.isEmpty || path.first == UInt8(ascii: "/") ? "" : "/") + self.percentEncoding(path, where: URLBytes.isPath)
    }

    /// Returns the query with every byte percent-encoded that RFC 3986 does not allow in a query; existing escapes stay.
    static func canonicalQuery(_ query: Bytes) -> String {
        self.percentEncoding(query) { URLBytes.isPath($0) || $0 == UInt8(ascii: "?") }
    }

    @inline(__always)
    private static func percentEncoding(_ text: Bytes, where isAllowed: (UInt8) -> Bool) -> String {
        if text.allSatisfy(isAllowed) { return text.text }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count + 16)
        for index in text.indices {
            let byte = text[index]
            if isAllowed(byte) || byte == UInt8(ascii: "%") && URLBytes.isEscape(text[index...]) {
                bytes.append(byte)
            } else {
                bytes.append(UInt8(ascii: "%"))
                bytes.append(HexDigits.upperCase(byte >> 4))
                bytes.append(HexDigits.upperCase(byte & 0x0F))
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Returns `text` truncated to at most `limit` bytes, never inside a percent-escape or before an empty query.
    static func cut(_ text: String, to limit: Int) -> String {
        guard text.utf8.count > limit else { return text }
        var bytes = [UInt8](text.utf8.prefix(limit))
        if let escape = bytes.suffix(2).lastIndex(of: UInt8(ascii: "%")) {
            bytes.removeSubrange(escape...)
        }
        if bytes.last == UInt8(ascii: "?") { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// The byte classes of a URL's components (RFC 3986).
enum URLBytes {
    @inline(__always)
    static func isAlphanumeric(_ byte: UInt8) -> Bool {
        self.contains(byte, low: 0x03FF_0000_0000_0000, high: 0x07FF_FFFE_07FF_FFFE)
    }

    static func isScheme(_ byte: UInt8) -> Bool {
        self.isAlphanumeric(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+") || byte == UInt8(ascii: ".")
    }

    /// Returns whether a lowercase host may contain the byte.
    ///
    /// Host names do not allow `_` (RFC 1123, section 2.1), but it occurs in practice.
    static func isLowerCaseHost(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"): true
        default: false
        }
    }

    static func endsAuthority(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "/") || byte == UInt8(ascii: "?") || byte == UInt8(ascii: "#") || byte == UInt8(ascii: "\\")
    }

    /// Returns whether a path may contain the byte unescaped: `pchar` and `/` of RFC 3986, without the percent sign.
    ///
    /// A percent sign is allowed only as part of an escape, see ``isEscape(_:)``.
    @inline(__always)
    static func isPath(_ byte: UInt8) -> Bool {
        self.contains(byte, low: 0x2FFF_FFD2_0000_0000, high: 0x47FF_FFFE_87FF_FFFF)
    }

    /// Returns whether a byte is in a set of ASCII characters, which has one bit for each: each byte of each page and referrer is looked up.
    @inline(__always)
    private static func contains(_ byte: UInt8, low: UInt64, high: UInt64) -> Bool {
        byte < 0x80 && (byte < 0x40 ? low : high) &>> (UInt64(byte) & 0x3F) & 1 == 1
    }

    /// Returns whether two hexadecimal digits follow the first byte, which the caller has checked to be a percent sign.
    static func isEscape(_ bytes: Bytes) -> Bool {
        let escape = bytes.prefix(3)
        return escape.count == 3 && escape.dropFirst().allSatisfy { HexDigits.value($0) != nil }
    }
}
