//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Configuration
import Tracify
import TracifyHTTP

/// The proxy that the machine's environment variables name, as other HTTP clients read them.
///
/// They are no settings of this library, so they have no key in a configuration file.
enum ProxyVariables {
    /// Returns the proxy for an endpoint; `nil` for a direct connection.
    ///
    /// - Parameters:
    ///   - endpoint: The endpoint. A loopback address is connected directly: on the proxy's machine it would be another one.
    ///   - environment: The environment variables. A lowercase name goes first, and an empty value counts as not set.
    /// - Returns: The proxy of `https_proxy`, unless `no_proxy` lists the endpoint's host.
    /// - Throws: ``ConfigurationError`` when the variable is not the URL of an HTTP proxy.
    static func proxy(for endpoint: Endpoint, _ environment: [String: String]) throws(ConfigurationError) -> HTTPProxy? {
        guard endpoint.isSecure, !endpoint.isLoopback, let (name, url) = self.variable("https_proxy", environment) else {
            return nil
        }
        let (host, port) = endpoint.address
        if let (_, list) = self.variable("no_proxy", environment), ProxyExceptions(list).contain(host: host, port: port) {
            return nil
        }
        do {
            return try HTTPProxy(url: url)
        } catch {
            // Without the value, which may hold a password.
            throw .invalid(name, value: nil, allowed: "\(error.allowed); or list \(host) in NO_PROXY for a direct connection")
        }
    }

    private static func variable(_ name: String, _ environment: [String: String]) -> (name: String, value: String)? {
        for name in [name, name.uppercased()] {
            guard let value = environment[name], !value.isEmpty else { continue }
            return (name, value)
        }
        return nil
    }
}

/// The hosts of `no_proxy`: a list separated by commas, as curl and Go read it.
struct ProxyExceptions {
    private let entries: [Substring]

    init(_ list: String) {
        self.entries = list.split { $0 == "," || $0.isWhitespace }
    }

    /// Returns whether the list contains a host.
    ///
    /// An entry is `*` for all hosts, a domain for itself and its subdomains (`example.com`, `.example.com`, `*.example.com`), an
    /// address, or a network (`10.0.0.0/8`). A port may follow a domain or address, and then the entry is for that port only.
    func contain(host: String, port: Int) -> Bool {
        let host = host.hasSuffix(".") ? String(host.dropLast()) : host
        let address = IPAddress(host)
        return self.entries.contains { entry in
            if entry == "*" { return true }
            if let address, let network = try? IPNetwork(entry) { return network.contains(address) }
            let (name, entryPort) = ProxyExceptions.split(entry)
            guard entryPort == nil || entryPort == port else { return false }
            if let address { return IPAddress(name) == address }
            let domain = name.drop { $0 == "*" || $0 == "." }.lowercased()
            let lowercased = host.lowercased()
            return !domain.isEmpty && (lowercased == domain || lowercased.hasSuffix("." + domain))
        }
    }

    /// Splits `example.com:8443`, `[::1]:8443` and `[::1]`.
    private static func split(_ entry: Substring) -> (name: Substring, port: Int?) {
        guard let colon = entry.lastIndex(of: ":"), let port = Int(entry[entry.index(after: colon)...]) else {
            return (self.withoutBrackets(entry), nil)
        }
        let name = entry[..<colon]
        // An IPv6 address without brackets has no port.
        return name.contains(":") && !name.hasPrefix("[") ? (entry, nil) : (self.withoutBrackets(name), port)
    }

    private static func withoutBrackets(_ name: Substring) -> Substring {
        name.hasPrefix("[") && name.hasSuffix("]") ? name.dropFirst().dropLast() : name
    }
}
#endif
