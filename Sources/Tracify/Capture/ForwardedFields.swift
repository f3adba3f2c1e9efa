//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import HTTPTypes

/// The forwarding fields of a request from a trusted peer: where they are, and which of them names the client.
///
/// ``TrustedProxies/header-swift.property`` determines which fields are read. Nothing is parsed on the request's task:
/// ``ForwardedClient`` does that later.
struct ForwardedFields {
    /// The kind of the field that names the client.
    enum Source: Sendable {
        /// No field: the peer is the client.
        case peer
        /// `X-Forwarded-For`, a list.
        case addresses
        /// `Forwarded`, a list.
        case elements
        /// A field that holds one address.
        case address
    }

    /// The lines of a field (RFC 9110, section 5.3).
    struct Lines {
        let first: Int
        let last: Int

        fileprivate static func add(_ index: Int, to lines: inout Lines?) {
            lines = Lines(first: lines?.first ?? index, last: index)
        }

        /// Returns the lines with a comma between them, or the last elements that fit into a limit.
        ///
        /// The last elements are those that the nearest proxies appended. A client cannot displace them, however many lines it sends, and
        /// those that are not returned are not read.
        func combined(_ fields: HTTPFields, limit: Int) -> [UInt8] {
            let name = fields[self.first].name.canonicalName
            // Written from the end, with room for one byte more than the limit.
            var room = [UInt8](repeating: 0, count: limit + 1)
            var start = room.count
            for index in (self.first...self.last).reversed() where start > 0 && fields[index].name.canonicalName == name {
                if index < self.last {
                    start -= 1
                    room[start] = UInt8(ascii: ",")
                }
                fields.value(at: index) { line in
                    let end = line.suffix(start)
                    room.replaceSubrange((start - end.count)..<start, with: end)
                    start -= end.count
                }
            }
            guard start == 0 else { return Array(room[start...]) }
            // No address and no scheme is a question mark, and no host. A walk from the right that comes to it stops, and does not mistake
            // the first remaining element for the first of the list.
            let kept = room.suffix(limit - 1)
            return [UInt8(ascii: "?")] + kept[(kept.firstIndex(of: UInt8(ascii: ",")) ?? kept.endIndex)...]
        }
    }

    /// The field that names the client.
    let source: Source
    /// The lines of that field.
    let client: Lines?
    /// The lines of `X-Forwarded-Proto`.
    let schemes: Lines?
    /// The scheme that another field names, where there is no `X-Forwarded-Proto`: `X-Forwarded-Ssl: on`, `X-Forwarded-Port: 443` or, where
    /// the proxies are Cloudflare's, `CF-Visitor`, which comes first.
    let scheme: StaticString?
    /// The lines of `X-Forwarded-Host`.
    let hosts: Lines?

    /// The maximum length of a list of addresses, in bytes.
    static let maximumListLength = 2048
    /// The maximum length of a list of schemes, in bytes, enough for ``ForwardedClient/maximumHops`` schemes.
    static let maximumSchemesLength = 256
    /// The maximum length of a list of hosts, in bytes.
    static let maximumHostsLength = 1024

    /// Finds the forwarding fields of a request; `nil` when there are none and the peer is therefore the client.
    ///
    /// Call it only for a trusted peer. Only names are read, of the fields in the range of ``HeaderIndex/forwarding``: a pass over all fields
    /// costs as much as that index. A field that a server names itself is looked for in all of them.
    ///
    /// - Parameters:
    ///   - fields: The header fields of the request.
    ///   - headers: Where its fields are.
    ///   - rules: The rules of the tracker, with the trusted proxies.
    @inline(__always)
    init?(_ fields: HTTPFields, _ headers: HeaderIndex, _ rules: CaptureRules) {
        var takesAddresses = false
        var takesElements = false
        var takesScheme = true
        var takesHost = rules.configuration.trustedProxies.trustsForwardedHost
        var singleName: String?
        switch rules.configuration.trustedProxies.header.kind {
        case .automatic: (takesAddresses, takesElements) = (true, true)
        case .xForwardedFor: takesAddresses = true
        case .forwarded: (takesElements, takesScheme, takesHost) = (true, false, false)
        case .named(let name): singleName = name.canonicalName
        }

        let isOfCloudflare = singleName == "cf-connecting-ip"
        var single: Lines?
        var addresses: Lines?
        var elements: Lines?
        var schemes: Lines?
        var hosts: Lines?
        var scheme: StaticString?
        var isFromVisitor = false
        for index in singleName == nil ? headers.forwarding.map(Range.init) ?? 0..<0 : fields.readIndices {
            // The length first, which is most often enough; the name is not kept, as that would count a reference.
            let length = fields[index].name.canonicalName.utf8.count
            if let singleName, length == singleName.utf8.count, fields[index].name.canonicalName == singleName {
                Lines.add(index, to: &single)
                continue
            }
            @inline(__always) func isNamed(_ name: StaticString) -> Bool {
                fields[index].name.canonicalName.withBytes { $0.equals(name) }
            }
            switch length {
            case 9 where takesElements && isNamed("forwarded"): Lines.add(index, to: &elements)
            case 15 where takesAddresses && isNamed("x-forwarded-for"): Lines.add(index, to: &addresses)
            case 10 where takesScheme && isOfCloudflare && isNamed("cf-visitor"):
                // A proxy between Cloudflare and the server may write its own scheme into `X-Forwarded-Proto`.
                scheme = fields.value(at: index) { Self.schemeOfVisitor($0) }
                isFromVisitor = scheme != nil
            case 15 where takesScheme && isNamed("x-forwarded-ssl"):
                if scheme == nil, fields.value(at: index, { $0.equalsIgnoringCase("on") }) { scheme = "https" }
            case 16 where takesHost && isNamed("x-forwarded-host"): Lines.add(index, to: &hosts)
            case 16 where takesScheme && isNamed("x-forwarded-port"):
                if scheme == nil, fields.value(at: index, Self.isPortOfHTTPS) { scheme = "https" }
            case 17 where takesScheme && isNamed("x-forwarded-proto"): Lines.add(index, to: &schemes)
            default: break
            }
        }

        self.client = single ?? addresses ?? elements
        switch (single, addresses, elements) {
        case (.some, _, _): self.source = .address
        case (nil, .some, _): self.source = .addresses
        case (nil, nil, .some):
            self.source = .elements
            // Scheme and host come from the same family of fields as the address: the client may have sent the other family.
            (takesScheme, takesHost) = (false, false)
        case (nil, nil, nil): self.source = .peer
        }
        self.schemes = takesScheme && !isFromVisitor ? schemes : nil
        self.scheme = takesScheme && self.schemes == nil ? scheme : nil
        self.hosts = takesHost ? hosts : nil
        if self.client == nil, self.schemes == nil, self.scheme == nil, self.hosts == nil { return nil }
    }

    /// Returns whether an `X-Forwarded-Port` field names the port of `https`; proxies in a row make a list.
    private static func isPortOfHTTPS(_ value: Bytes) -> Bool {
        value.split(separator: UInt8(ascii: ",")).allSatisfy { OptionalWhitespace.trimming($0).equals("443") } && !value.isEmpty
    }

    /// Returns the scheme in a `CF-Visitor` field, such as `{"scheme":"https"}`.
    private static func schemeOfVisitor(_ value: Bytes) -> StaticString? {
        value.equals("{\"scheme\":\"https\"}") ? "https" : value.equals("{\"scheme\":\"http\"}") ? "http" : nil
    }
}
