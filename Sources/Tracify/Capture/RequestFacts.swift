#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
import HTTPTypes

/// What a request showed, as it was: the compact record that travels from the request's task to the exporter.
///
/// Made in one pass over the header fields, with one allocation: the texts are those of the request, shared and not copied.
/// Nothing is parsed, decoded or hashed here, that is ``RequestFacts/resolve(with:)``'s work. Cookies, authorization and every
/// other field are left behind.
final class RequestFacts: Sendable {
    /// What the header fields say about the kind of request.
    struct Signs: OptionSet {
        let rawValue: UInt8

        /// The method is GET.
        static let get = Signs(rawValue: 1 << 0)
        /// The browser wants it ahead of time: prefetch or prerender.
        static let speculative = Signs(rawValue: 1 << 1)
        /// `Sec-Fetch-Dest` is there.
        static let hasDestination = Signs(rawValue: 1 << 2)
        /// `Sec-Fetch-Dest` is `document`.
        static let toDocument = Signs(rawValue: 1 << 3)
        /// A page's script made it, so what it reports happened on that page.
        static let script = Signs(rawValue: 1 << 4)
        /// It is for a part of another page, such as an image or a frame, and not for a script.
        static let embedded = Signs(rawValue: 1 << 5)
    }

    let date: Date
    let peer: PeerAddress
    let signs: Signs
    let scheme: String?
    let authority: String?
    let target: String
    let originField: String?
    let refererField: String?
    let userAgentField: HTTPField?
    /// What a trusted proxy says about its client; `nil` when the peer is the client.
    let forwarded: ForwardedFields?
    let rules: CaptureRules

    /// The longest request target that is kept, in bytes; what is longer is cut there, and loses the parameter that is cut within.
    static let maximumTargetLength = 8192
    /// The longest referer that is kept, in bytes, before its query is removed; what is longer is cut like a target.
    static let maximumRefererLength = 4096
    /// The longest origin and authority, in bytes; what is longer is no host and dropped.
    static let maximumAuthorityLength = URLParts.maximumAuthorityLength

    /// About how many bytes of memory the record holds on to.
    let byteCount: Int

    init(_ request: HTTPRequest, from peer: PeerAddress, at date: Date, rules: CaptureRules) {
        let fields = request.headerFields
        let places = FieldPlaces(fields)
        var signs: Signs = request.method == .get ? .get : []
        if places.destination >= 0 {
            signs.insert(.hasDestination)
            switch fields[places.destination].value {
            case "document": signs.insert(.toDocument)
            // What a script fetches.
            case "empty": break
            default: signs.insert(.embedded)
            }
        }
        if places.speculation >= 0, FieldPlaces.isSpeculative(fields) { signs.insert(.speculative) }
        if places.isFromScript(fields) { signs.insert(.script) }

        // Plain statements rather than `map` and `flatMap`: each closure costs a pair of reference counts for every text.
        var byteCount = RequestFacts.ownSize
        var target = request.path ?? ""
        RequestFacts.cut(&target, to: RequestFacts.maximumTargetLength, &byteCount)
        var authority = request.authority
        RequestFacts.drop(&authority, beyond: RequestFacts.maximumAuthorityLength, &byteCount)
        var origin = places.origin >= 0 ? fields[places.origin].value : nil
        RequestFacts.drop(&origin, beyond: RequestFacts.maximumAuthorityLength, &byteCount)
        var referer: String?
        if places.referer >= 0 {
            var value = fields[places.referer].value
            RequestFacts.cut(&value, to: RequestFacts.maximumRefererLength, &byteCount)
            referer = value
        }
        var userAgent: HTTPField?
        if places.userAgent >= 0 {
            var field = fields[places.userAgent]
            let length = field.value.utf8.count
            if length > UserAgent.maximumLength {
                let bytes = field.withUnsafeBytesOfValue { [UInt8]($0.prefix(UserAgent.maximumLength)) }
                field = HTTPField(name: field.name, value: bytes)
            }
            byteCount += min(length, UserAgent.maximumLength)
            userAgent = field
        }

        let forwarded = rules.trustedProxies.trusts(peer) ? ForwardedFields(fields, rules.trustedProxies) : nil
        if let forwarded { byteCount += forwarded.byteCount }

        self.date = date
        self.peer = peer
        self.signs = signs
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

    /// Whether the request is for a path that one of the patterns means.
    func isFor(_ patterns: [PathPattern]) -> Bool {
        guard !patterns.isEmpty else { return false }
        let path = self.path
        return patterns.contains { $0.matches(path) }
    }

    /// The path of the page, perhaps with what follows it. A target in the absolute form (RFC 9112, section 3.2.2), which every
    /// server has to take, has its path behind the host.
    private var path: Substring {
        if self.target.utf8.first == UInt8(ascii: "/") { return self.target[...] }
        guard let path = URLParts(self.target[...])?.path, path.utf8.first == UInt8(ascii: "/") else { return "/" }
        return path
    }

    /// Whether the client has an address, or may turn out to have one.
    var mayHaveAddress: Bool { self.peer.ip != nil || self.forwarded != nil }

    private static let ownSize = 320

    @inline(__always)
    private static func cut(_ text: inout String, to limit: Int, _ byteCount: inout Int) {
        let length = text.utf8.count
        if length > limit { text = self.cut(text, to: limit) }
        byteCount += min(length, limit)
    }

    /// The beginning of a URL, without the parameter that the limit falls into: half a click id is worth nothing.
    private static func cut(_ text: String, to limit: Int) -> String {
        let text = String(decoding: text.utf8.prefix(limit), as: UTF8.self)
        guard text.utf8.contains(UInt8(ascii: "?")),
            let end = text.utf8.lastIndex(where: { $0 == UInt8(ascii: "&") || $0 == UInt8(ascii: "?") })
        else { return text }
        return String(text[..<end])
    }

    @inline(__always)
    private static func drop(_ text: inout String?, beyond limit: Int, _ byteCount: inout Int) {
        guard let length = text?.utf8.count else { return }
        if length > limit { text = nil } else { byteCount += length }
    }
}
