//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import HTTPTypes

/// The unparsed forwarding fields of a request from a trusted peer, limited in length.
///
/// ``TrustedProxies/header-swift.property`` determines which fields are read. The value is created on the request's task, so it
/// parses nothing: ``ForwardedClient`` does that later. The text of a field with one line, the usual case, shares its storage
/// with the request.
struct ForwardedFields: Sendable, Hashable {
    /// The field that names the client.
    enum Source: Sendable, Hashable {
        /// No field: the peer is the client.
        case peer
        /// The value of `X-Forwarded-For`, a list.
        case addresses(String)
        /// The value of `Forwarded`, a list.
        case elements(String)
        /// The value of a field that holds one address.
        case address(String)
    }

    let source: Source
    /// The value of `X-Forwarded-Proto`, a list.
    let schemes: String?
    /// The value of `X-Forwarded-Host`, a list.
    let hosts: String?

    /// The maximum length of a list of addresses, in bytes.
    static let maximumListLength = 2048
    /// The maximum length of a list of schemes, in bytes, enough for ``ForwardedClient/maximumHops`` schemes.
    static let maximumSchemesLength = 256
    /// The maximum length of a list of hosts, in bytes.
    static let maximumHostsLength = 1024

    init(source: Source, schemes: String? = nil, hosts: String? = nil) {
        self.source = source
        self.schemes = schemes
        self.hosts = hosts
    }

    /// Creates the forwarding fields of a request; `nil` when there are none and the peer is therefore the client.
    ///
    /// Call it only for a trusted peer. It makes one pass over the fields, in which only names are read.
    ///
    /// - Parameters:
    ///   - fields: The header fields of the request.
    ///   - proxies: The trusted proxies.
    init?(_ fields: HTTPFields, _ proxies: TrustedProxies) {
        var takesAddresses = false
        var takesElements = false
        var takesSchemeAndHost = true
        var singleName: String?
        switch proxies.header.kind {
        case .automatic: (takesAddresses, takesElements) = (true, true)
        case .xForwardedFor: takesAddresses = true
        case .forwarded: (takesElements, takesSchemeAndHost) = (true, false)
        case .named(let name): singleName = name.canonicalName
        }

        var single = CombinedFieldValue(limit: Self.maximumListLength)
        var addresses = CombinedFieldValue(limit: Self.maximumListLength)
        var elements = CombinedFieldValue(limit: Self.maximumListLength)
        var schemes = CombinedFieldValue(limit: Self.maximumSchemesLength)
        var hosts = CombinedFieldValue(limit: Self.maximumHostsLength)
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

        if let value = single.combined() {
            self.source = .address(value)
        } else if let list = addresses.combined() {
            self.source = .addresses(list)
        } else if let list = elements.combined() {
            self.source = .elements(list)
            // Scheme and host come from the same family of fields as the address: the client may have sent the other family.
            takesSchemeAndHost = false
        } else {
            self.source = .peer
        }
        self.schemes = takesSchemeAndHost ? schemes.combined() : nil
        self.hosts = takesSchemeAndHost ? hosts.combined() : nil
        if self.source == .peer, self.schemes == nil, self.hosts == nil { return nil }
    }

    /// The approximate memory of the texts, in bytes.
    var byteCount: Int {
        let length =
            switch self.source {
            case .peer: 0
            case .addresses(let text), .elements(let text), .address(let text): text.utf8.count
            }
        return length + (self.schemes?.utf8.count ?? 0) + (self.hosts?.utf8.count ?? 0)
    }
}

// Addresses are personal data, unparsed ones included, so neither description nor mirror shows them.
extension ForwardedFields: CustomStringConvertible, CustomReflectable {
    var description: String { "[\(self.byteCount) bytes of forwarding fields]" }
    var customMirror: Mirror { Mirror(self, children: []) }
}
