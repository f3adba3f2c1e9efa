//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

public import Tracify

/// An HTTP proxy, through which the sink connects to the endpoint with the method `CONNECT` (RFC 9110, section 9.3.6).
///
/// The connection to the proxy itself is not encrypted. TLS is established through it with the endpoint, so the proxy sees the
/// endpoint's host name and neither the token nor events.
public struct HTTPProxy: Sendable, Hashable {
    /// The host name or address.
    public let host: String
    /// The port, 1 to 65,535.
    public let port: Int
    /// The user name and the password, if the proxy requires them.
    let credentials: Credentials?

    struct Credentials: Hashable {
        let username: String
        let password: String
    }

    /// Creates a proxy.
    ///
    /// - Parameters:
    ///   - host: The host name or address; an IPv6 address without brackets.
    ///   - port: The port, 1 to 65,535.
    /// - Throws: `ValidationError` about `http.proxy`.
    public init(host: String, port: Int) throws(ValidationError) {
        try self.init(host: host, port: port, credentials: nil)
    }

    /// Creates a proxy that requires basic authentication (RFC 7617).
    ///
    /// No description, error or log line shows the user name and the password.
    ///
    /// - Parameters:
    ///   - host: The host name or address; an IPv6 address without brackets.
    ///   - port: The port, 1 to 65,535.
    ///   - username: The user name, without colons and control characters.
    ///   - password: The password, without control characters.
    /// - Throws: `ValidationError` about `http.proxy`.
    public init(host: String, port: Int, username: String, password: String) throws(ValidationError) {
        try self.init(host: host, port: port, credentials: Credentials(username: username, password: password))
    }

    /// Creates a proxy from the form of the environment variable `https_proxy`: `http://user:password@proxy.example:3128`.
    ///
    /// The scheme `http` may be missing, the port is 80 if it is missing, and user name and password are percent-decoded.
    ///
    /// - Parameter url: The URL.
    /// - Throws: `ValidationError` about `http.proxy` when it is not such a URL; other schemes, such as `https` and `socks5`, are not
    ///   supported.
    public init(url: String) throws(ValidationError) {
        let absolute = url.contains("://") ? url : "http://" + url
        guard
            let parts = URLParts.texts(of: absolute), parts.scheme.lowercased() == "http",
            parts.path.isEmpty || parts.path == "/",
            parts.query == nil, !absolute.contains("#")
        else { throw HTTPProxy.invalid(url.isEmpty ? .empty : .malformed) }
        var address = parts.authority[...]
        var credentials: Credentials?
        if let at = address.lastIndex(of: "@") {
            let words = address[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard
                let username = words.first.flatMap(HTTPProxy.percentDecoded),
                let password = words.count == 2 ? HTTPProxy.percentDecoded(words[1]) : ""
            else { throw HTTPProxy.invalid(.malformed) }
            credentials = Credentials(username: username, password: password)
            address = address[address.index(after: at)...]
        }
        guard let (host, port) = HTTPProxy.split(address) else { throw HTTPProxy.invalid(.malformed) }
        try self.init(host: host, port: port, credentials: credentials)
    }

    private init(host: String, port: Int, credentials: Credentials?) throws(ValidationError) {
        guard !host.isEmpty else { throw HTTPProxy.invalid(.empty) }
        let isAddress = IPAddress(host) != nil
        let isName = host.utf8.count <= 253 && host.utf8.allSatisfy(HTTPProxy.isHostByte)
        guard isAddress || isName else { throw HTTPProxy.invalid(.malformed) }
        guard (1...65_535).contains(port) else { throw HTTPProxy.invalid(.outOfRange) }
        if let credentials {
            // RFC 7617, section 2.
            let isAllowed =
                !credentials.username.contains(":")
                && (credentials.username + credentials.password).unicodeScalars
                    .allSatisfy { $0.properties.generalCategory != .control }
            guard isAllowed else { throw HTTPProxy.invalid(.malformed) }
        }
        self.host = host
        self.port = port
        self.credentials = credentials
    }

    /// Splits `host`, `host:port`, `[::1]` or `[::1]:port`.
    private static func split(_ address: Substring) -> (host: String, port: Int)? {
        var host = address
        var port = ""[...]
        if address.hasPrefix("[") {
            guard let close = address.firstIndex(of: "]") else { return nil }
            host = address[address.index(after: address.startIndex)..<close]
            guard host.contains(":"), IPAddress(host) != nil else { return nil }
            port = address[address.index(after: close)...]
        } else if let colon = address.firstIndex(of: ":") {
            host = address[..<colon]
            port = address[colon...]
        }
        guard !port.isEmpty else { return (String(host), 80) }
        let digits = port.dropFirst()
        guard port.hasPrefix(":"), !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        // A number that no integer holds is out of range, too.
        return (String(host), Int(digits) ?? 0)
    }

    /// Returns the text with each `%XX` decoded; `nil` for an incomplete escape and for bytes that are not UTF-8.
    private static func percentDecoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = rest.prefix(2)
            guard digits.count == 2, digits.first != UInt8(ascii: "+"), let value = UInt8(Substring(digits), radix: 16) else {
                return nil
            }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func isHostByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_")
        }
    }

    // Never with the value: it may hold a password.
    private static func invalid(_ code: ValidationError.Code) -> ValidationError {
        ValidationError(
            field: "http.proxy",
            code: code,
            allowed: "an HTTP proxy such as http://proxy.example:3128 or http://user:password@proxy.example:3128; "
                + "https and socks5 proxies are not supported"
        )
    }
}

extension HTTPProxy: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The host and the port, and not the credentials.
    public var description: String { self.host.contains(":") ? "[\(self.host)]:\(self.port)" : "\(self.host):\(self.port)" }
    /// The host and the port, and not the credentials.
    public var debugDescription: String { self.description }
    /// The host and the port, and not the credentials.
    public var customMirror: Mirror { Mirror(self, children: ["host": self.host, "port": self.port]) }
}
