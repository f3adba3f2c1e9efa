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
        /// `Accept` begins with HTML, as navigations' do.
        static let acceptsHTML = Signs(rawValue: 1 << 4)
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
    let rules: CaptureRules

    /// The longest request target that is kept, in bytes; what is longer is cut there.
    static let maximumTargetLength = 8192
    /// The longest referer that is kept, in bytes, before its query is removed; what is longer is cut there.
    static let maximumRefererLength = 4096
    /// The longest origin and authority; what is longer is no host and dropped.
    static let maximumHostLength = 512

    init(_ request: HTTPRequest, from peer: PeerAddress, at date: Date, rules: CaptureRules) {
        var signs: Signs = request.method == .get ? .get : []
        var origin: String?
        var referer: String?
        var userAgent: HTTPField?
        // Lengths tell the names apart, so that most fields cost one comparison of two integers. The first of a repeated field
        // counts.
        for field in request.headerFields {
            let name = field.name.canonicalName
            switch name.utf8.count {
            case 5 where name == "x-moz":
                if field.value == "prefetch" { signs.insert(.speculative) }
            case 6 where name == "accept":
                if field.value.hasPrefix("text/html") { signs.insert(.acceptsHTML) }
            case 6 where name == "origin" && origin == nil:
                origin = field.value
            case 7 where name == "referer" && referer == nil:
                referer = field.value
            case 7 where name == "purpose":
                if field.value == "prefetch" { signs.insert(.speculative) }
            case 10 where name == "user-agent" && userAgent == nil:
                userAgent = field
            case 11 where name == "sec-purpose":
                if field.value.hasPrefix("prefetch") || field.value.hasPrefix("prerender") { signs.insert(.speculative) }
            case 14 where name == "sec-fetch-dest":
                signs.insert(.hasDestination)
                if field.value == "document" { signs.insert(.toDocument) }
            default:
                break
            }
        }
        self.date = date
        self.peer = peer
        self.signs = signs
        self.scheme = request.scheme
        self.authority = request.authority.flatMap { $0.utf8.count <= RequestFacts.maximumHostLength ? $0 : nil }
        self.target = RequestFacts.limited(request.path ?? "", to: RequestFacts.maximumTargetLength)
        self.originField = origin.flatMap { $0.utf8.count <= RequestFacts.maximumHostLength ? $0 : nil }
        self.refererField = referer.map { RequestFacts.limited($0, to: RequestFacts.maximumRefererLength) }
        self.userAgentField = userAgent.map(RequestFacts.limited)
        self.rules = rules
    }

    /// About how many bytes the record holds on to.
    var byteCount: Int {
        let texts =
            self.target.utf8.count + (self.authority?.utf8.count ?? 0) + (self.refererField?.utf8.count ?? 0)
            + (self.originField?.utf8.count ?? 0) + (self.userAgentField?.value.utf8.count ?? 0)
        return texts + RequestFacts.ownSize
    }

    private static let ownSize = 256

    private static func limited(_ text: String, to limit: Int) -> String {
        text.utf8.count <= limit ? text : String(decoding: text.utf8.prefix(limit), as: UTF8.self)
    }

    private static func limited(_ field: HTTPField) -> HTTPField {
        guard field.value.utf8.count > UserAgent.maximumLength else { return field }
        return HTTPField(name: field.name, value: field.withUnsafeBytesOfValue { [UInt8]($0.prefix(UserAgent.maximumLength)) })
    }
}
