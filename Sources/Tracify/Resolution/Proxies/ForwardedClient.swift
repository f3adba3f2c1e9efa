//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// The client of a request, with scheme and host, as the trusted proxies report them.
struct ForwardedClient: Sendable, Hashable {
    /// The client's address; ``PeerAddress/unknown`` when the proxies do not report it, never a guess.
    let address: PeerAddress
    /// The scheme, `http` or `https`; `nil` when the proxies do not report it, so that the request's own applies.
    let scheme: String?
    /// The host with an optional port, in lower case; `nil` when the proxies do not report it, so that the request's own applies.
    let host: String?

    /// The maximum number of trusted proxies between a client and the server.
    static let maximumHops = 32
}

extension ForwardedClient {
    /// Determines the client from the forwarding fields of a trusted peer.
    ///
    /// The client is the first address from the right that is in no trusted network. What is to the left of it comes from that
    /// client and is not read. When all addresses are trusted, the leftmost is the client: the request comes from inside the
    /// trusted networks.
    ///
    /// - Parameters:
    ///   - peer: The peer of the connection, which is trusted.
    ///   - source: The field in which it names the client.
    ///   - parts: The request, with the forwarding fields that the peer sent.
    ///   - proxies: The trusted proxies.
    init(peer: PeerAddress, source: ForwardedFields.Source, _ parts: RequestRecord.Parts, proxies: TrustedProxies) {
        let value = parts[.client] ?? .empty
        switch source {
        case .peer:
            self.init(peer, at: 0, parts)
        case .address:
            let address = ForwardedNode.possiblyQuotedAddress(OptionalWhitespace.trimming(value))
            self.init(address.map(PeerAddress.ip) ?? .unknown, at: 0, parts)
        case .addresses:
            var position = 0
            let address = Self.walk(ReversedListElements(value), proxies) { element in
                defer { position += 1 }
                return ForwardedNode.possiblyQuotedAddress(element)
            }
            self.init(address, at: position - 1, parts)
        case .elements:
            var scheme: [UInt8]?
            var host: [UInt8]?
            let address = Self.walk(ReversedListElements(value, hasQuotes: true), proxies) { bytes in
                // A trusted proxy wrote each element that the walk reaches. The further left it is, the nearer it is to the
                // client.
                guard let element = ForwardedElement(bytes) else { return nil }
                scheme = element.scheme ?? scheme
                host = element.host ?? host
                return element.client.flatMap { $0.withUnsafeBufferPointer { ForwardedNode.address(Bytes($0)) } }
            }
            self.init(
                address: address,
                scheme: scheme.flatMap { $0.withUnsafeBufferPointer { Self.scheme(Bytes($0)) } },
                host: host.flatMap { $0.withUnsafeBufferPointer { Self.host(Bytes($0)) } }
            )
        }
    }

    /// Creates a client whose scheme and host come from lists.
    ///
    /// Proxies that append to these lists add an element at the same position as to the list of addresses. Proxies that overwrite
    /// them leave fewer elements, of which the leftmost is the nearest to the client.
    ///
    /// - Parameters:
    ///   - address: The client's address.
    ///   - position: The client's position in the list of addresses, counted from the right.
    ///   - parts: The request.
    private init(_ address: PeerAddress, at position: Int, _ parts: RequestRecord.Parts) {
        self.init(
            address: address,
            scheme: parts[.schemes].flatMap { Self.element(of: $0, at: position) }.flatMap(Self.scheme),
            host: parts[.hosts].flatMap { Self.element(of: $0, at: position) }.flatMap(Self.host)
        )
    }

    /// Returns the first address from the right that is not trusted, or else the leftmost.
    ///
    /// An empty element is none (RFC 9110, section 5.6.1.2). An element without an address, or more than ``maximumHops`` trusted ones, results in ``PeerAddress/unknown``.
    private static func walk(
        _ list: ReversedListElements,
        _ proxies: TrustedProxies,
        _ address: (Bytes) -> IPAddress?
    ) -> PeerAddress {
        var client = PeerAddress.unknown
        var hops = 0
        for element in list where !element.isEmpty {
            guard hops < self.maximumHops, let address = address(element) else { return .unknown }
            client = .ip(address)
            guard proxies.trusts(client) else { break }
            hops += 1
        }
        return client
    }

    /// Returns the element at a position counted from the right, or the leftmost when there are fewer.
    private static func element(of list: Bytes, at position: Int) -> Bytes? {
        var found: Bytes?
        for (index, element) in ReversedListElements(list).lazy.filter({ !$0.isEmpty }).enumerated() {
            found = element
            if index >= position { break }
        }
        return found
    }

    private static func scheme(_ bytes: Bytes) -> String? {
        bytes.equalsIgnoringCase("https") ? "https" : bytes.equalsIgnoringCase("http") ? "http" : nil
    }

    private static func host(_ bytes: Bytes) -> String? {
        // An authority may have user info, but a host does not.
        guard bytes.count <= URLParts.maximumHostLength, !bytes.contains(UInt8(ascii: "@")) else { return nil }
        // A default port is kept here, because it depends on the scheme.
        return URLParts.canonicalAuthority(bytes, defaultPort: 0)
    }
}
