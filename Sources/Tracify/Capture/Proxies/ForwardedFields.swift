import HTTPTypes

/// What a trusted peer's request says about its client, as it was: the fields that ``TrustedProxies/header`` chooses, bounded.
///
/// Made on the request's task, so nothing is parsed here. That is ``ForwardedClient``'s work, later. A field of one line, as nearly
/// all are, is shared with the request and not copied.
struct ForwardedFields: Sendable, Hashable {
    /// What says who the client is.
    enum Source: Sendable, Hashable {
        /// No field: the peer speaks for itself.
        case peer
        /// The list of `X-Forwarded-For`.
        case addresses(String)
        /// The list of `Forwarded`.
        case elements(String)
        /// The value of a field that holds one address.
        case address(String)
    }

    let source: Source
    /// The list of `X-Forwarded-Proto`.
    let schemes: String?
    /// The list of `X-Forwarded-Host`.
    let hosts: String?

    /// The longest list of addresses that is kept, in bytes.
    static let maximumListLength = 2048
    /// The longest list of schemes that is kept, in bytes: one for each of ``ForwardedClient/maximumHops`` has its place.
    static let maximumSchemesLength = 256
    /// The longest list of hosts that is kept, in bytes.
    static let maximumHostsLength = 1024

    init(source: Source, schemes: String? = nil, hosts: String? = nil) {
        self.source = source
        self.schemes = schemes
        self.hosts = hosts
    }

    /// Takes the fields of a request in one pass, in which only names are read. To be called only for a trusted peer.
    ///
    /// - Returns: `nil` when none of the fields is there: then the peer is the client.
    init?(_ fields: HTTPFields, _ proxies: TrustedProxies) {
        var takesAddresses = false
        var takesElements = false
        var takesSchemeAndHost = true
        var singleName: String?
        switch proxies.header {
        case .automatic: (takesAddresses, takesElements) = (true, true)
        case .xForwardedFor: takesAddresses = true
        case .forwarded: (takesElements, takesSchemeAndHost) = (true, false)
        case .named(let name): singleName = name.canonicalName
        }

        var single = FieldLines(limit: Self.maximumListLength)
        var addresses = FieldLines(limit: Self.maximumListLength)
        var elements = FieldLines(limit: Self.maximumListLength)
        var schemes = FieldLines(limit: Self.maximumSchemesLength)
        var hosts = FieldLines(limit: Self.maximumHostsLength)
        for index in fields.indices {
            let name = fields[index].name.canonicalName
            if let singleName, name == singleName {
                single.append(fields[index].value)
                continue
            }
            switch name.utf8.count {
            case 9 where takesElements && name == "forwarded": elements.append(fields[index].value)
            case 15 where takesAddresses && name == "x-forwarded-for": addresses.append(fields[index].value)
            case 16 where takesSchemeAndHost && name == "x-forwarded-host": hosts.append(fields[index].value)
            case 17 where takesSchemeAndHost && name == "x-forwarded-proto": schemes.append(fields[index].value)
            default: break
            }
        }

        if let value = single.end() {
            self.source = .address(value)
        } else if let list = addresses.end() {
            self.source = .addresses(list)
        } else if let list = elements.end() {
            self.source = .elements(list)
            // Scheme and host are of the same family as the address. The other family may be the client's own.
            takesSchemeAndHost = false
        } else {
            self.source = .peer
        }
        self.schemes = takesSchemeAndHost ? schemes.end() : nil
        self.hosts = takesSchemeAndHost ? hosts.end() : nil
        if self.source == .peer, self.schemes == nil, self.hosts == nil { return nil }
    }

    /// About how many bytes of memory the texts hold on to.
    var byteCount: Int {
        let length =
            switch self.source {
            case .peer: 0
            case .addresses(let text), .elements(let text), .address(let text): text.utf8.count
            }
        return length + (self.schemes?.utf8.count ?? 0) + (self.hosts?.utf8.count ?? 0)
    }
}

// Addresses are personal data, also those that are not read yet.
extension ForwardedFields: CustomStringConvertible, CustomReflectable {
    var description: String { "[\(self.byteCount) bytes of forwarding fields]" }
    var customMirror: Mirror { Mirror(self, children: []) }
}
