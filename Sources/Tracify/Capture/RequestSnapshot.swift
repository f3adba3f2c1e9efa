//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
import HTTPTypes

/// A compact snapshot of a request, which travels from the request's task to the exporter.
///
/// The initializer makes one pass over the header fields and one allocation: the texts share their storage with the request. It
/// parses, decodes and hashes nothing, which ``RequestSnapshot/resolve(with:)`` does later. Cookies, authorization and all other
/// fields are not kept.
final class RequestSnapshot: Sendable {
    /// The kind of the request, according to its method and header fields.
    struct Flags: OptionSet {
        let rawValue: UInt8

        /// The method is GET.
        static let get = Flags(rawValue: 1 << 0)
        /// The request is a prefetch or a prerender.
        static let speculative = Flags(rawValue: 1 << 1)
        /// The request has a `Sec-Fetch-Dest` field.
        static let hasDestination = Flags(rawValue: 1 << 2)
        /// `Sec-Fetch-Dest` is `document`.
        static let document = Flags(rawValue: 1 << 3)
        /// A page's script made the request, so what it reports happened on that page.
        static let script = Flags(rawValue: 1 << 4)
        /// The request is for a part of another page, such as an image or a frame, and not made by a script.
        static let embedded = Flags(rawValue: 1 << 5)
    }

    let date: Date
    let peer: PeerAddress
    let flags: Flags
    let scheme: String?
    let authority: String?
    let target: String
    let originField: String?
    let refererField: String?
    let userAgentField: HTTPField?
    /// The forwarding fields of a trusted proxy; `nil` when the peer is the client.
    let forwarded: ForwardedFields?
    let rules: CaptureRules

    /// The maximum length of a request target, in bytes.
    ///
    /// A longer target is cut at the limit, and loses the parameter that the limit divides.
    static let maximumTargetLength = 8192
    /// The maximum length of a `Referer` value, in bytes, before its query is removed.
    ///
    /// A longer value is cut like a target.
    static let maximumRefererLength = 4096
    /// The maximum length of an authority and of an `Origin` value, in bytes.
    ///
    /// A longer text is not a host and is dropped.
    static let maximumAuthorityLength = URLParts.maximumAuthorityLength

    /// The approximate memory of the snapshot, in bytes.
    let byteCount: Int

    init(_ request: HTTPRequest, from peer: PeerAddress, at date: Date, rules: CaptureRules) {
        let fields = request.headerFields
        let headers = HeaderIndex(fields)
        var flags: Flags = request.method == .get ? .get : []
        if headers.destination >= 0 {
            flags.insert(.hasDestination)
            switch fields[headers.destination].value {
            case "document": flags.insert(.document)
            // The destination of `fetch` and `XMLHttpRequest`.
            case "empty": break
            default: flags.insert(.embedded)
            }
        }
        if headers.speculation >= 0, HeaderIndex.isSpeculative(fields) { flags.insert(.speculative) }
        if headers.isFromScript(fields) { flags.insert(.script) }

        // Statements instead of `map` and `flatMap`: each closure costs a pair of reference counts for each text.
        var byteCount = RequestSnapshot.ownSize
        var target = request.path ?? ""
        RequestSnapshot.cut(&target, to: RequestSnapshot.maximumTargetLength, &byteCount)
        var authority = request.authority
        RequestSnapshot.drop(&authority, beyond: RequestSnapshot.maximumAuthorityLength, &byteCount)
        var origin = headers.origin >= 0 ? fields[headers.origin].value : nil
        RequestSnapshot.drop(&origin, beyond: RequestSnapshot.maximumAuthorityLength, &byteCount)
        var referer: String?
        if headers.referer >= 0 {
            var value = fields[headers.referer].value
            RequestSnapshot.cut(&value, to: RequestSnapshot.maximumRefererLength, &byteCount)
            referer = value
        }
        var userAgent: HTTPField?
        if headers.userAgent >= 0 {
            var field = fields[headers.userAgent]
            let length = field.value.utf8.count
            if length > UserAgent.maximumLength {
                let bytes = field.withUnsafeBytesOfValue { [UInt8]($0.prefix(UserAgent.maximumLength)) }
                field = HTTPField(name: field.name, value: bytes)
            }
            byteCount += min(length, UserAgent.maximumLength)
            userAgent = field
        }

        let forwarded =
            rules.configuration.trustedProxies.trusts(peer) ? ForwardedFields(fields, rules.configuration.trustedProxies) : nil
        if let forwarded { byteCount += forwarded.byteCount }

        self.date = date
        self.peer = peer
        self.flags = flags
        self.scheme = request.scheme
        self.authority = authority
        self.target = target
        self.originField = origin
        self.refererField = referer
        self.userAgentField = userAgent
        self.forwarded = forwarded
        self.rules = rules
        self.byteCount = byteCount
    }

    /// Creates the snapshot of a request as if it had arrived at another time.
    init(_ snapshot: RequestSnapshot, at date: Date) {
        self.date = date
        self.peer = snapshot.peer
        self.flags = snapshot.flags
        self.scheme = snapshot.scheme
        self.authority = snapshot.authority
        self.target = snapshot.target
        self.originField = snapshot.originField
        self.refererField = snapshot.refererField
        self.userAgentField = snapshot.userAgentField
        self.forwarded = snapshot.forwarded
        self.rules = snapshot.rules
        self.byteCount = snapshot.byteCount
    }

    /// Returns whether the path of the request matches one of the patterns.
    func matches(anyOf patterns: [PathPattern]) -> Bool {
        guard !patterns.isEmpty else { return false }
        let path = self.path
        return patterns.contains { $0.matches(path) }
    }

    /// The path of the request target, possibly followed by its query and fragment.
    ///
    /// A target in absolute form (RFC 9112, section 3.2.2), which every server must accept, has the path after the authority.
    private var path: Substring {
        if self.target.utf8.first == UInt8(ascii: "/") { return self.target[...] }
        guard let path = URLParts(self.target[...])?.path, path.utf8.first == UInt8(ascii: "/") else { return "/" }
        return path
    }

    /// Whether the client's address is known, or the forwarding fields may reveal it.
    var mayHaveAddress: Bool { self.peer.ip != nil || self.forwarded != nil }

    /// The approximate memory of the object without its texts, in bytes.
    private static let ownSize = 320

    /// Cuts a URL to a limit and adds its length to the byte count.
    @inline(__always)
    private static func cut(_ text: inout String, to limit: Int, _ byteCount: inout Int) {
        let length = text.utf8.count
        if length > limit { text = self.cut(text, to: limit) }
        byteCount += min(length, limit)
    }

    /// Returns the beginning of a URL without the parameter that the limit divides.
    ///
    /// A truncated click ID is worthless.
    private static func cut(_ text: String, to limit: Int) -> String {
        let text = String(decoding: text.utf8.prefix(limit), as: UTF8.self)
        guard text.utf8.contains(UInt8(ascii: "?")),
            let end = text.utf8.lastIndex(where: { $0 == UInt8(ascii: "&") || $0 == UInt8(ascii: "?") })
        else { return text }
        return String(text[..<end])
    }

    /// Drops a text that is longer than a limit, and otherwise adds its length to the byte count.
    @inline(__always)
    private static func drop(_ text: inout String?, beyond limit: Int, _ byteCount: inout Int) {
        guard let length = text?.utf8.count else { return }
        if length > limit { text = nil } else { byteCount += length }
    }
}
