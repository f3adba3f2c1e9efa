//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// The page that the events of a request happened on.
struct RequestPage: ~Copyable {
    let origin: Origin
    let path: Bytes
    let query: Bytes?
    /// The origin that events report.
    let eventOrigin: Origin
    /// The page that the visitor came from, as the request names it.
    private let previous: NamedPage?
    /// The query of that page, if it belongs to the same site.
    let refererQuery: Bytes?
    /// The rule by which a page that a browser's script has reported is skipped.
    let reasonToSkip: SkipReason?

    /// Creates the page that a browser's script has reported.
    init(visited url: Bytes, from referrer: Bytes?, _ site: RequestSite, _ rules: CaptureRules) {
        self.previous = referrer.flatMap { NamedPage($0, site, rules) }
        self.refererQuery = nil
        guard let page = NamedPage(url, site, rules), let origin = page.ownOrigin, !site.isForeign else {
            (self.origin, self.path, self.query, self.eventOrigin) = (site.origin, .root, nil, site.origin)
            self.reasonToSkip = .foreignSite
            return
        }
        (self.origin, self.eventOrigin) = (origin, origin)
        // An order is reported, without the path.
        let isExcluded = rules.configuration.excludedPaths.match(page.path)
        (self.path, self.query) = isExcluded ? (.root, nil) : (page.path, page.parts.query)
        self.reasonToSkip = isExcluded ? .excludedPath : nil
    }

    init(
        _ flags: RequestFlags,
        _ parts: RequestRecord.Parts,
        _ location: RequestRecord.Parts.Location,
        _ site: RequestSite,
        _ rules: CaptureRules
    ) {
        self.reasonToSkip = nil
        // A front end that changes the browser's address reports the page by a field of its own.
        let current = parts[.currentURL].flatMap { NamedPage($0, site, rules) }.flatMap { $0.isOwn ? $0 : nil }
        let previous = current ?? parts[.referer].flatMap { NamedPage($0, site, rules) }

        // A form that another site sends has that site's `Origin`, as payment pages have: the field counts for scripts only. `null` and any
        // other value that is not an origin count as no origin.
        var declared: Origin?
        if flags.contains(.script), let origin = parts[.origin].flatMap({ Origin(serialized: $0) }),
            site.isOwn(origin, rules) || rules.configuration.sites.isEmpty && flags.contains(.sameSite)
        {
            declared = origin
        }
        self.eventOrigin = declared ?? site.origin

        guard flags.contains(.onCallingPage) || site.isForeign else {
            (self.origin, self.path, self.query) = (site.origin, location.path, location.query)
            self.previous = previous
            self.refererQuery = previous.flatMap { $0.isOf(site.origin) ? $0.parts.query : nil }
            return
        }
        // The request target is not a page. The page that the visitor came from before is not known.
        (self.previous, self.refererQuery) = (nil, nil)
        let calling =
            previous?.isOwn ?? false
            ? previous : declared.flatMap { origin in parts[.referer].flatMap { NamedPage($0, RequestSite(of: origin), rules) } }
        // A service worker names its own script.
        guard let calling, let origin = calling.ownOrigin, !rules.configuration.excludedPaths.match(calling.path),
            !calling.path.suffix(3).equals(".js")
        else {
            (self.origin, self.path, self.query) = (declared ?? site.origin, .root, nil)
            return
        }
        (self.origin, self.path, self.query) = (origin, calling.path, calling.parts.query)
    }

    /// Returns the page that the visitor came from, without what must not be reported of it.
    func referer(_ rules: CaptureRules, _ redactor: inout Redactor) -> Referer? {
        guard let page = self.previous else { return nil }
        guard let site = page.site else { return redactor.withPath(page.parts.path) { Referer(page.parts, path: $0) } }
        return site.withBytes { origin, authority in
            if rules.configuration.excludedReferrers.contains(where: { $0.matches(authority) }) { return nil }
            if page.isOwn, rules.configuration.excludedPaths.match(page.parts.path) {
                return Referer(canonical: origin, path: .root)
            }
            return redactor.withPath(page.parts.path) { Referer(canonical: origin, path: $0) }
        }
    }
}

/// A page that a request names.
private struct NamedPage {
    /// The site of a page.
    enum Site {
        /// As the bytes of the page: nearly all pages are named in canonical form, and few of their origins are needed.
        case canonical(origin: Bytes, authority: Bytes)
        case other(Origin)

        init?(_ parts: URLParts) {
            if let origin = parts.canonicalSite {
                self = .canonical(origin: origin, authority: parts.authority)
            } else if let origin = Origin(scheme: parts.scheme, authority: parts.authority) {
                self = .other(origin)
            } else {
                return nil
            }
        }

        /// Calls a closure with the origin and the authority in canonical form.
        func withBytes<Result>(_ body: (_ origin: Bytes, _ authority: Bytes) -> Result) -> Result {
            switch self {
            case .canonical(let origin, let authority): body(origin, authority)
            case .other(let origin): origin.text.withBytes { text in origin.withAuthority { body(text, $0) } }
            }
        }
    }

    let parts: URLParts
    /// The site; `nil` for an app, and for a host that is not valid.
    let site: Site?
    /// Whether the page belongs to the site of the request, or to another one of the list.
    let isOwn: Bool

    var path: Bytes { self.parts.path.isEmpty ? .root : self.parts.path }

    /// The origin, if it is that of the site of the request or of another one of the list.
    var ownOrigin: Origin? {
        guard self.isOwn else { return nil }
        return switch self.site {
        case .canonical(let origin, _): Origin(canonical: origin)
        case .other(let origin): origin
        case nil: nil
        }
    }

    init?(_ url: Bytes, _ site: RequestSite, _ rules: CaptureRules) {
        guard let parts = URLParts(url) else { return nil }
        self.parts = parts
        self.site = Site(parts)
        self.isOwn = self.site?.withBytes { _, authority in site.isOwn(authority, rules) } ?? false
    }

    /// Returns whether the page belongs to the site of an origin, whatever its scheme.
    func isOf(_ origin: Origin) -> Bool {
        self.site?.withBytes { _, authority in origin.hasAuthority(authority) } ?? false
    }
}
