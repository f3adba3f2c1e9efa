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
        case cookie(name: String, value: String)
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
        return ConsentPolicy(rule: .cookie(name: name, value: value))
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
            return !request.headerFields.contains { field in
                (field.name.canonicalName == "sec-gpc" || field.name.canonicalName == "dnt") && field.value == "1"
            }
        case .cookie(let name, let value):
            var isFound = false
            for field in request.headerFields where field.name == .cookie {
                for pair in field.value[...].utf8.split(separator: UInt8(ascii: ";")) {
                    let pair = pair.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
                    guard let equals = pair.firstIndex(of: UInt8(ascii: "=")), pair[..<equals].elementsEqual(name.utf8) else {
                        continue
                    }
                    var found = pair[pair.index(after: equals)...]
                    while let last = found.last, last == UInt8(ascii: " ") || last == UInt8(ascii: "\t") { found.removeLast() }
                    guard found.elementsEqual(value.utf8) else { return false }
                    isFound = true
                }
            }
            return isFound
        case .custom(let decide):
            return decide(request)
        }
    }
}
