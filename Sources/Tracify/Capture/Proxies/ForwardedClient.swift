/// Who made a request, and for which scheme and host, as the trusted proxies say.
struct ForwardedClient: Sendable, Hashable {
    /// The client; ``PeerAddress/unknown`` when the proxies do not say, and never a guess.
    let address: PeerAddress
    /// `http` or `https`, in lower case; `nil` when the proxies do not say, and the request's own counts.
    let scheme: String?
    /// The host and perhaps the port, in lower case; `nil` when the proxies do not say, and the request's own counts.
    let host: String?

    /// The most proxies that are believed to stand between a client and the server.
    static let maximumHops = 32
}

extension ForwardedClient {
    /// Works out the client. It is the first address from the right that is in no trusted network; what stands to its left is what
    /// that client says, and is not looked at. When all are trusted, it is the leftmost: somebody inside made the request.
    ///
    /// - Parameters:
    ///   - peer: The other end of the connection, which is trusted.
    ///   - fields: What it sent.
    ///   - proxies: Whom to believe.
    init(peer: PeerAddress, fields: ForwardedFields, proxies: TrustedProxies) {
        switch fields.source {
        case .peer:
            self.init(peer, at: 0, fields)
        case .address(let text):
            let address = ForwardedNode.addressPerhapsQuoted(Blanks.trimming([UInt8](text.utf8)))
            self.init(address.map(PeerAddress.ip) ?? .unknown, at: 0, fields)
        case .addresses(let text):
            var place = 0
            let address = Self.walk(ListFromRight(text), proxies) { element in
                defer { place += 1 }
                return ForwardedNode.addressPerhapsQuoted(element)
            }
            self.init(address, at: place - 1, fields)
        case .elements(let text):
            var scheme: [UInt8]?
            var host: [UInt8]?
            let address = Self.walk(ListFromRight(text, hasQuotes: true), proxies) { bytes in
                // Each element that the walk comes to was written by a trusted proxy, and the further left, the nearer the client.
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

    /// - Parameter place: Where in its list the client stands, counted from the right. Proxies that append to the lists of schemes
    ///   and hosts have put theirs at the same place; those that overwrite them leave fewer, of which the leftmost is nearest.
    private init(_ address: PeerAddress, at place: Int, _ fields: ForwardedFields) {
        self.init(
            address: address,
            scheme: fields.schemes.flatMap { Self.element(of: $0, at: place) }.flatMap(Self.scheme),
            host: fields.hosts.flatMap { Self.element(of: $0, at: place) }.flatMap(Self.host)
        )
    }

    private static func walk(
        _ list: ListFromRight,
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

    /// The element at a place counted from the right, or the leftmost when there are fewer.
    private static func element(of list: String, at place: Int) -> ArraySlice<UInt8>? {
        var found: ArraySlice<UInt8>?
        for (index, element) in ListFromRight(list).enumerated() {
            found = element
            if index >= place { break }
        }
        return found
    }

    private static func scheme(_ bytes: ArraySlice<UInt8>) -> String? {
        guard bytes.count <= 5 else { return nil }
        let text = String(decoding: bytes, as: UTF8.self).lowercased()
        return text == "http" || text == "https" ? text : nil
    }

    private static func host(_ bytes: ArraySlice<UInt8>) -> String? {
        // No host has user info, which a URL's authority may have.
        guard bytes.count <= URLParts.maximumHostLength, !bytes.contains(UInt8(ascii: "@")) else { return nil }
        // Which port is the default is for whoever knows the scheme.
        return URLParts.canonicalAuthority(String(decoding: bytes, as: UTF8.self)[...], defaultPort: 0)
    }
}
