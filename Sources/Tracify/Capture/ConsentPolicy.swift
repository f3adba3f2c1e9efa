//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

public import HTTPTypes

/// A policy that determines which requests may be tracked.
///
/// Without consent, nothing of a request is kept, and what is reported of its visit is counted as ``SkipReason/noConsent``.
public struct ConsentPolicy: Sendable {
    private enum Rule: Sendable {
        case always
        case privacySignals
        case cookie(CookieCondition)
        case all([ConsentPolicy])
        case custom(@Sendable (HTTPRequest) -> Bool)
    }

    private let rule: Rule

    /// Whether the policy allows every request.
    var isAlways: Bool {
        if case .always = self.rule { true } else { false }
    }

    /// The text of the policy, for a log line; never the value of a cookie.
    package let description: String

    /// A policy that allows every request.
    ///
    /// Use it where the law does not require consent, or where the site obtains consent before a visitor can enter.
    public static let always = ConsentPolicy(.always, "always")

    /// A policy that allows requests without `Sec-GPC: 1` (Global Privacy Control) and without `DNT: 1` (Do Not Track).
    public static let privacySignals = ConsentPolicy(.privacySignals, "gpc")

    /// A policy that allows requests whose visitor has accepted marketing in the banner of Cookiebot.
    ///
    /// The cookie `CookieConsent` has `marketing:true`, or is `-1` where the visitor's region requires no consent (Cookiebot's developer
    /// documentation, "Using Cookiebot CMP server-side").
    public static let cookiebot = ConsentPolicy(
        .cookie(CookieCondition(name: "CookieConsent", .any([.part(Array("marketing:true".utf8)), .value(Array("-1".utf8))]))),
        "preset:cookiebot"
    )

    /// A policy that allows requests whose visitor has accepted targeting cookies in the banner of OneTrust.
    ///
    /// The cookie `OptanonConsent` has `C0004:1` among its `groups`, the category "Targeting Cookies" of OneTrust's default categories. If
    /// yours differ, use ``cookie(named:containing:)``.
    public static let oneTrust = ConsentPolicy(
        .cookie(CookieCondition(name: "OptanonConsent", .part(Array("C0004:1".utf8)))),
        "preset:onetrust"
    )

    /// A policy that allows requests whose visitor has accepted marketing in the banner of Usercentrics.
    ///
    /// Usercentrics keeps consent in the browser's local storage and sets no cookie. The page therefore writes the cookie
    /// `uc_marketing=true`, with the lines that the article <doc:KeepingVisitorsPrivate> shows.
    public static let usercentrics = ConsentPolicy(
        .cookie(CookieCondition(name: "uc_marketing", .value(Array("true".utf8)))),
        "preset:usercentrics"
    )

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
        try self.cookie(name, value, "=") { .value($0) }
    }

    /// Returns a policy that allows requests with a cookie whose value begins with a text, as it stands or percent-decoded.
    ///
    /// - Parameters:
    ///   - name: The cookie's name, a token of 1 to 256 bytes.
    ///   - prefix: The beginning of the value, 1 to 1,024 bytes as in ``cookie(named:value:)``.
    /// - Returns: The policy.
    /// - Throws: ``ValidationError`` with the field `consent`.
    public static func cookie(named name: String, prefix: String) throws(ValidationError) -> ConsentPolicy {
        try self.cookie(name, prefix, "^=", allowsEmpty: false) { .prefix($0) }
    }

    /// Returns a policy that allows requests with a cookie whose value contains a text, as it stands or percent-decoded.
    ///
    /// - Parameters:
    ///   - name: The cookie's name, a token of 1 to 256 bytes.
    ///   - part: The part of the value, 1 to 1,024 bytes as in ``cookie(named:value:)``.
    /// - Returns: The policy.
    /// - Throws: ``ValidationError`` with the field `consent`.
    public static func cookie(named name: String, containing part: String) throws(ValidationError) -> ConsentPolicy {
        try self.cookie(name, part, "*=", allowsEmpty: false) { .part($0) }
    }

    /// Returns a policy that allows the requests that all of several policies allow.
    ///
    /// - Parameter policies: The policies.
    /// - Returns: The policy.
    public static func all(of policies: [ConsentPolicy]) -> ConsentPolicy {
        ConsentPolicy(.all(policies), policies.map(\.description).joined(separator: "+"))
    }

    /// Returns a policy that allows the requests for which a closure returns `true`.
    ///
    /// - Parameter decide: A closure that receives the head of a request. It is called on the request's task, so it must return
    ///   immediately and must not block.
    /// - Returns: The policy.
    public static func custom(_ decide: @escaping @Sendable (HTTPRequest) -> Bool) -> ConsentPolicy {
        ConsentPolicy(.custom(decide), "custom")
    }

    private init(_ rule: Rule, _ description: String) {
        self.rule = rule
        self.description = description
    }

    private static func cookie(
        _ name: String,
        _ value: String,
        _ sign: String,
        allowsEmpty: Bool = true,
        _ match: ([UInt8]) -> CookieCondition.Match
    ) throws(ValidationError) -> ConsentPolicy {
        guard
            !name.isEmpty, name.utf8.count <= 256, value.utf8.count <= 1024, allowsEmpty || !value.isEmpty,
            name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !self.separators.contains($0) }),
            value.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: ",") })
        else {
            throw ValidationError(
                field: "consent",
                code: .malformed,
                allowed: "a cookie name and value as in RFC 6265, section 4.1.1"
            )
        }
        return ConsentPolicy(.cookie(CookieCondition(name: name, match(Array(value.utf8)))), "cookie:\(name)\(sign)…")
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
        case .cookie(let condition):
            return condition.isMet(by: request.headerFields)
        case .all(let policies):
            return policies.allSatisfy { $0.allows(request) }
        case .custom(let decide):
            return decide(request)
        }
    }

    /// Returns whether the fields have `Sec-GPC: 1` or `DNT: 1`, or may have one, because they are too many to be read.
    ///
    /// This runs on every request's task. It iterates by index, which copies no field, and does not keep a name, which would count references
    /// to it: 400 of 1,000 instructions.
    private static func hasPrivacySignal(_ fields: HTTPFields) -> Bool {
        for index in fields.readIndices {
            let isSignal = fields[index].name.canonicalName.withBytes { $0.equals("dnt") || $0.equals("sec-gpc") }
            if isSignal, fields.value(at: index, { $0.equals("1") }) { return true }
        }
        return fields.count > HTTPFields.maximumCount
    }
}
