public import HTTPTypes

/// Whose requests are taken note of at all.
///
/// It is asked once for each request, before anything else of it is kept. Without consent the request leaves nothing behind: its
/// ``Visit`` holds neither address nor user agent nor page, nothing is hashed, what is reported about it is counted under
/// ``SkipReason/noConsent`` and forgotten.
public struct ConsentPolicy: Sendable {
    private enum Rule: Sendable {
        case always
        case privacySignals
        case cookie(CookieConsent)
        case custom(@Sendable (HTTPRequest) -> Bool)
    }

    private let rule: Rule

    /// Every request: where the law does not ask for consent, or the site asks for it before it lets anybody in.
    public static let always = ConsentPolicy(rule: .always)

    /// Requests without `Sec-GPC: 1` (Global Privacy Control) and without `DNT: 1` (Do Not Track).
    public static let privacySignals = ConsentPolicy(rule: .privacySignals)

    /// Requests that bring a cookie of this name with this value. Both are compared byte by byte as they stand in the `Cookie`
    /// field, percent-escapes included. Of several cookies of that name each must have the value.
    ///
    /// - Throws: ``InvalidValue`` about `consent` when no cookie can have the name or the value (RFC 6265, section 4.1.1).
    public static func cookie(named name: String, value: String) throws(InvalidValue) -> ConsentPolicy {
        guard
            !name.isEmpty, name.utf8.count <= 256, value.utf8.count <= 1024,
            name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !self.separators.contains($0) }),
            value.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: ",") })
        else {
            throw InvalidValue(field: "consent", code: .malformed, allowed: "a cookie's name and value, as RFC 6265 has them")
        }
        return ConsentPolicy(rule: .cookie(CookieConsent(name: name, value: value)))
    }

    /// Requests that a closure says yes to.
    ///
    /// - Parameter decide: Called on the request's task: it has to return at once and must not block.
    public static func custom(_ decide: @escaping @Sendable (HTTPRequest) -> Bool) -> ConsentPolicy {
        ConsentPolicy(rule: .custom(decide))
    }

    /// Reads the form that settings have: `always`, `gpc`, or `cookie:NAME=VALUE`.
    ///
    /// - Throws: ``InvalidValue`` about `consent`.
    public init(setting text: String) throws(InvalidValue) {
        switch text {
        case "always": self = .always
        case "gpc": self = .privacySignals
        default:
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, parts[0].hasPrefix("cookie:") else {
                throw InvalidValue(
                    field: "consent",
                    code: text.isEmpty ? .empty : .outOfRange,
                    allowed: "always, gpc or cookie:NAME=VALUE"
                )
            }
            self = try .cookie(named: String(parts[0].dropFirst("cookie:".count)), value: String(parts[1]))
        }
    }

    private init(rule: Rule) {
        self.rule = rule
    }

    private static let separators = Array("()<>@,;:\\\"/[]?={}".utf8)

    /// Whether the request's visitor consents.
    @inline(__always)
    func allows(_ request: HTTPRequest) -> Bool {
        if case .always = self.rule { return true }
        return self.decides(request)
    }

    private func decides(_ request: HTTPRequest) -> Bool {
        switch self.rule {
        case .always:
            return true
        case .privacySignals:
            return !ConsentPolicy.hasPrivacySignal(request.headerFields)
        case .cookie(let cookie):
            return cookie.isGiven(in: request.headerFields)
        case .custom(let decide):
            return decide(request)
        }
    }

    /// By index, so that no field is copied, and by the length of the name first: this is asked on every request's task.
    private static func hasPrivacySignal(_ fields: HTTPFields) -> Bool {
        for index in fields.indices {
            let name = fields[index].name.canonicalName
            switch name.utf8.count {
            case 3 where name == "dnt" && fields[index].value == "1": return true
            case 7 where name == "sec-gpc" && fields[index].value == "1": return true
            default: break
            }
        }
        return false
    }
}
