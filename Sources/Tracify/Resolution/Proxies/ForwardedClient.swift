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
    ///   - fields: The forwarding fields that it sent.
    ///   - proxies: The trusted proxies.
    init(peer: PeerAddress, fields: ForwardedFields, proxies: TrustedProxies) {
        switch fields.source {
        case .peer:
            self.init(peer, at: 0, fields)
        case .address(let text):
            let address = ForwardedNode.possiblyQuotedAddress(OptionalWhitespace.trimming([UInt8](text.utf8)))
            self.init(address.map(PeerAddress.ip) ?? .unknown, at: 0, fields)
        case .addresses(let text):
            var position = 0
            let address = Self.walk(ReversedListElements(text), proxies) { element in
                defer { position += 1 }
                return ForwardedNode.possiblyQuotedAddress(element)
            }
            self.init(address, at: position - 1, fields)
        case .elements(let text):
            var scheme: [UInt8]?
            var host: [UInt8]?
            let address = Self.walk(ReversedListElements(text, hasQuotes: true), proxies) { bytes in
                // A trusted proxy wrote each element that the walk reaches. The further left it is, the nearer it is to the
                // client.
                guard let element = ForwardedElement(bytes) else { return nil }
                scheme = element.scheme ?? scheme
                host = element.host ?? host
                return element.client.flatMap { ForwardedNode.address($0[...]) }
            }
            self.init(
                address: address,
                scheme: scheme.flatMap { Self.scheme($0[...]) },
                host: host.flatMap { Self.host($0[...]) }
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
    ///   - fields: The forwarding fields.
    private init(_ address: PeerAddress, at position: Int, _ fields: ForwardedFields) {
        self.init(
            address: address,
            scheme: fields.schemes.flatMap { Self.element(of: $0, at: position) }.flatMap(Self.scheme),
            host: fields.hosts.flatMap { Self.element(of: $0, at: position) }.flatMap(Self.host)
        )
    }

    /// Returns the first address from the right that is not trusted, or else the leftmost.
    ///
    /// An element without an address, or more than ``maximumHops`` trusted ones, results in ``PeerAddress/unknown``.
    private static func walk(
        _ list: ReversedListElements,
        _ proxies: TrustedProxies,
        _ address: (ArraySlice<UInt8>) -> IPAddress?
    ) -> PeerAddress {
        var client = PeerAddress.unknown
        var hops = 0
        for element in list {
            guard hops < self.maximumHops, let address = address(element) else { return .unknown }
            client = .ip(address)
            guard proxies.trusts(client) else { break }
            hops += 1
        }
        return client
    }

    /// Returns the element at a position counted from the right, or the leftmost when there are fewer.
    private static func element(of list: String, at position: Int) -> ArraySlice<UInt8>? {
        var found: ArraySlice<UInt8>?
        for (index, element) in ReversedListElements(list).enumerated() {
            found = element
            if index >= position { break }
        }
        return found
    }

    private static func scheme(_ bytes: ArraySlice<UInt8>) -> String? {
        guard bytes.count <= 5 else { return nil }
        let text = String(decoding: bytes, as: UTF8.self).lowercased()
        return text == "http" || text == "https" ? text : nil
    }

    private static func host(_ bytes: ArraySlice<UInt8>) -> String? {
        // An authority may have user info, but a host does not.
        guard bytes.count <= URLParts.maximumHostLength, !bytes.contains(UInt8(ascii: "@")) else { return nil }
        // A default port is kept here, because it depends on the scheme.
        return URLParts.canonicalAuthority(String(decoding: bytes, as: UTF8.self)[...], defaultPort: 0)
    }
}
