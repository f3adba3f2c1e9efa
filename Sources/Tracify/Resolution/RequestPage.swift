//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// The page that the events of a request happened on.
struct RequestPage {
    let origin: Origin
    let path: Bytes
    let query: Bytes?
    /// The origin that events report.
    let eventOrigin: Origin
    /// The page that the visitor came from, as the request names it.
    private let refererField: Bytes?
    /// The query of that page, if it belongs to the same site.
    let refererQuery: Bytes?
    /// The rule by which a page that a browser's script has reported is skipped.
    let reasonToSkip: SkipReason?

    /// Creates the page that a browser's script has reported.
    init(visited url: Bytes, from referrer: Bytes?, _ site: RequestSite, _ capture: CaptureConfiguration) {
        self.refererField = referrer
        self.refererQuery = nil
        guard let page = OwnPage(url, site, capture), !site.isForeign else {
            (self.origin, self.path, self.query, self.eventOrigin) = (site.origin, .root, nil, site.origin)
            self.reasonToSkip = .foreignSite
            return
        }
        (self.origin, self.eventOrigin) = (page.origin, page.origin)
        // An order is reported, without the path.
        let isExcluded = capture.excludedPaths.match(page.path)
        (self.path, self.query) = isExcluded ? (.root, nil) : (page.path, page.parts.query)
        self.reasonToSkip = isExcluded ? .excludedPath : nil
    }

    init(_ flags: RequestFlags, _ parts: RequestRecord.Parts, _ site: RequestSite, _ capture: CaptureConfiguration) {
        self.reasonToSkip = nil
        // A front end that changes the browser's address reports the page by a field of its own.
        let current = parts[.currentURL]
            .flatMap { url in
                OwnPage(url, site, capture).map { (url, $0) }
            }
        let previous = current ?? parts[.referer].flatMap { url in OwnPage(url, site, capture).map { (url, $0) } }

        // A form that another site sends has that site's `Origin`, as payment pages have: the field counts for scripts only. `null` and any
        // other value that is not an origin count as no origin.
        var declared: Origin?
        if flags.contains(.script), let origin = parts[.origin].flatMap({ Origin(serialized: $0) }),
            site.isOwn(origin, capture.sites) || capture.sites.isEmpty && flags.contains(.sameSite)
        {
            declared = origin
        }
        self.eventOrigin = declared ?? site.origin

        guard flags.contains(.onCallingPage) || site.isForeign else {
            let (_, path, query) = parts.location
            (self.origin, self.path, self.query) = (site.origin, path, query)
            self.refererField = current?.0 ?? parts[.referer]
            self.refererQuery = previous?.1.isSameSite == true ? previous?.1.parts.query : nil
            return
        }
        // The request target is not a page. The page that the visitor came from before is not known.
        (self.refererField, self.refererQuery) = (nil, nil)
        let calling =
            previous?.1
            ?? declared.flatMap { origin in
                parts[.referer].flatMap { OwnPage($0, RequestSite(of: origin), capture) }
            }
        // A service worker names its own script.
        guard let calling, !capture.excludedPaths.match(calling.path), !calling.path.suffix(3).equals(".js") else {
            (self.origin, self.path, self.query) = (declared ?? site.origin, .root, nil)
            return
        }
        (self.origin, self.path, self.query) = (calling.origin, calling.path, calling.parts.query)
    }

    /// Returns the page that the visitor came from, without what must not be reported of it.
    func referer(_ capture: CaptureConfiguration, _ site: RequestSite, _ redactor: inout Redactor) -> Referer? {
        guard let parts = self.refererField.flatMap({ URLParts($0) }) else { return nil }
        guard let origin = Origin(scheme: parts.scheme, authority: parts.authority) else {
            return redactor.withPath(parts.path) { Referer(parts, path: $0) }
        }
        let isExcluded = origin.authority.withBytes { authority in
            capture.excludedReferrers.contains { $0.matches(authority) }
        }
        if isExcluded { return nil }
        if site.isOwn(origin, capture.sites), capture.excludedPaths.match(parts.path) { return Referer(parts, path: .root) }
        return redactor.withPath(parts.path) { Referer(parts, path: $0) }
    }
}

/// A page of the site that a request names.
private struct OwnPage {
    let parts: URLParts
    let origin: Origin
    let isSameSite: Bool

    var path: Bytes { self.parts.path.isEmpty ? .root : self.parts.path }

    init?(_ url: Bytes, _ site: RequestSite, _ capture: CaptureConfiguration) {
        guard let parts = URLParts(url), let origin = Origin(scheme: parts.scheme, authority: parts.authority),
            site.isOwn(origin, capture.sites)
        else { return nil }
        self.parts = parts
        self.origin = origin
        self.isSameSite = origin.isSameSite(as: site.origin)
    }
}
