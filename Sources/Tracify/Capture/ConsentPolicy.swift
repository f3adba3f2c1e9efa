//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

public import HTTPTypes

/// A policy that determines which requests may be tracked.
///
/// A tracker evaluates its policy once for each request, before anything of the request is kept. Without consent, the request's
/// ``Visit`` holds only the time: no address, no user agent and no page, and nothing is hashed. What is reported for such a visit
/// is counted under ``SkipReason/noConsent`` and discarded.
public struct ConsentPolicy: Sendable {
    private enum Rule: Sendable {
        case always
        case privacySignals
        case cookie(CookieConsent)
        case custom(@Sendable (HTTPRequest) -> Bool)
    }

    private let rule: Rule

    /// A policy that allows every request.
    ///
    /// Use it where the law does not require consent, or where the site obtains consent before a visitor can enter.
    public static let always = ConsentPolicy(rule: .always)

    /// A policy that allows requests without `Sec-GPC: 1` (Global Privacy Control) and without `DNT: 1` (Do Not Track).
    public static let privacySignals = ConsentPolicy(rule: .privacySignals)

    /// Returns a policy that allows requests with a cookie of a given name and value.
    ///
    /// Name and value are compared byte by byte with the `Cookie` field, percent-escapes included. When a request has several
    /// cookies of the name, each of them must have the value.
    ///
    /// - Parameters:
    ///   - name: The cookie's name, a token of 1 to 256 bytes.
    ///   - value: The cookie's value, at most 1,024 bytes of visible ASCII characters without `;` and `,`.
    /// - Returns: The policy.
    /// - Throws: ``ValidationError`` with the field `consent` when no cookie can have the name or the value (RFC 6265, section
    ///   4.1.1).
    public static func cookie(named name: String, value: String) throws(ValidationError) -> ConsentPolicy {
        guard
            !name.isEmpty, name.utf8.count <= 256, value.utf8.count <= 1024,
            name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !self.separators.contains($0) }),
            value.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: ",") })
        else {
            throw ValidationError(
                field: "consent",
                code: .malformed,
                allowed: "a cookie name and value as in RFC 6265, section 4.1.1"
            )
        }
        return ConsentPolicy(rule: .cookie(CookieConsent(name: name, value: value)))
    }

    /// Returns a policy that allows the requests for which a closure returns `true`.
    ///
    /// - Parameter decide: A closure that receives the head of a request. It is called on the request's task, so it must return
    ///   immediately and must not block.
    /// - Returns: The policy.
    public static func custom(_ decide: @escaping @Sendable (HTTPRequest) -> Bool) -> ConsentPolicy {
        ConsentPolicy(rule: .custom(decide))
    }

    /// Creates a policy from the text of a setting: `always`, `gpc` or `cookie:NAME=VALUE`.
    ///
    /// - Parameter text: The text; `gpc` stands for ``privacySignals``.
    /// - Throws: ``ValidationError`` with the field `consent` for any other text, and for a cookie that ``cookie(named:value:)``
    ///   does not accept.
    package init(setting text: String) throws(ValidationError) {
        switch text {
        case "always": self = .always
        case "gpc": self = .privacySignals
        default:
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, parts[0].hasPrefix("cookie:") else {
                throw ValidationError(
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

    /// Returns whether a request may be tracked.
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

    /// Returns whether the fields have `Sec-GPC: 1` or `DNT: 1`.
    ///
    /// This runs on every request's task. It iterates by index, which copies no field, and compares the length of a name before
    /// the name.
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
