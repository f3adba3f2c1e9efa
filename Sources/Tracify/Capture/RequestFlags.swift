//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import HTTPTypes

/// The kind of a request, according to its method and header fields.
///
/// The fields are those of Fetch Metadata, which scripts cannot set, and those by which front ends mark their own requests. The article
/// <doc:WhatIsCaptured> has the table of all cases.
struct RequestFlags: OptionSet {
    let rawValue: UInt16

    /// The method is GET.
    static let get = RequestFlags(rawValue: 1 << 0)
    /// The request is a prefetch or a prerender.
    static let speculative = RequestFlags(rawValue: 1 << 1)
    /// The visitor opens a page: a navigation of the browser, or one by which a front end takes its place.
    static let navigation = RequestFlags(rawValue: 1 << 2)
    /// The request is for a part of a page that a front end puts into the page that is open.
    static let fragment = RequestFlags(rawValue: 1 << 3)
    /// A page's script made the request.
    static let script = RequestFlags(rawValue: 1 << 4)
    /// The request is for a part of another page, such as an image or a frame, and not made by a script.
    static let embedded = RequestFlags(rawValue: 1 << 5)
    /// The request has a user agent.
    static let userAgent = RequestFlags(rawValue: 1 << 6)
    /// What the request reports happened on the page that it came from.
    static let onCallingPage = RequestFlags(rawValue: 1 << 7)
    /// The navigation preload of a service worker made the request.
    static let preloaded = RequestFlags(rawValue: 1 << 8)
    /// A service worker has passed on a navigation.
    static let passedOn = RequestFlags(rawValue: 1 << 9)
    /// A page of the site made the request by a script: its `Sec-Fetch-Site` is `same-origin` or `same-site`.
    static let sameSite = RequestFlags(rawValue: 1 << 10)
    /// The request has a field in which proxies name a client.
    static let forwarded = RequestFlags(rawValue: 1 << 11)
    /// A front end's script makes the navigation.
    static let boosted = RequestFlags(rawValue: 1 << 12)
    /// The navigation follows from an act of the visitor, according to `Sec-Fetch-User`, which Safari does not send.
    static let byUser = RequestFlags(rawValue: 1 << 13)
    /// The request has a field in which proxies name the scheme.
    static let forwardedScheme = RequestFlags(rawValue: 1 << 14)
}

extension RequestFlags {
    /// Finds the kind of a request.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - isGet: Whether its method is GET.
    ///   - fields: Its header fields, which cost something to read.
    ///   - headers: The positions of the fields.
    @inline(__always)
    init(_ request: HTTPRequest, isGet: Bool, _ fields: HTTPFields, _ headers: HeaderIndex) {
        self = isGet ? .get : []
        if headers.hasPurpose, fields.contains(where: RequestFlags.isSpeculative) { self.insert(.speculative) }
        if headers.hasForwarding { self.insert(.forwarded) }
        if headers.hasForwardedScheme { self.insert(.forwardedScheme) }
        if headers.user >= 0 { self.insert(.byUser) }

        // Nearly all page views are the browser's own navigations, of which no more fields are read.
        if headers.destination >= 0, !headers.hasFrontEndField, !headers.isNavigationPreload,
            fields.value(at: headers.destination, { $0.equals("document") })
        {
            self.insert(.navigation)
            if !isGet { self.insert(.onCallingPage) }
        } else {
            self.insertKind(request, fields, headers)
        }
    }

    private mutating func insertKind(_ request: HTTPRequest, _ fields: HTTPFields, _ headers: HeaderIndex) {
        let mode = Mode(fields, headers)
        let acceptsHTML = headers.accept >= 0 && fields.value(at: headers.accept, RequestFlags.acceptsHTML)
        switch mode {
        case .navigation:
            self.insert(.navigation)
            if headers.isNavigationPreload { self.insert(.preloaded) }
        // A link with `download` has the same fields, but accepts anything.
        case .passedOn where acceptsHTML:
            self.insert([.navigation, .passedOn])
        case .script, .passedOn:
            self.insert(.script)
        case .embedded:
            self.insert(.embedded)
        case .unknown:
            if RequestFlags.isFromScript(fields, headers) {
                self.insert(.script)
            } else if acceptsHTML {
                self.insert(.navigation)
            }
        }
        if self.contains(.script), headers.site >= 0,
            fields.value(at: headers.site, { $0.equals("same-origin") || $0.equals("same-site") })
        {
            self.insert(.sameSite)
        }
        // A navigation that the browser names is none of a front end's, whatever it accepts.
        if mode == .navigation ? headers.hasFrontEndField : mode != .embedded {
            self.insertKindByFrontEnd(request, fields, headers, acceptsHTML: acceptsHTML)
        }
        if !self.contains(.get) || self.contains(.script) && !self.contains(.navigation) { self.insert(.onCallingPage) }
    }

    /// Recognizes the requests of front ends, which fetch whole pages and parts of pages by script.
    private mutating func insertKindByFrontEnd(
        _ request: HTTPRequest,
        _ fields: HTTPFields,
        _ headers: HeaderIndex,
        acceptsHTML: Bool
    ) {
        let isBoosted = headers.boosted >= 0 && fields.value(at: headers.boosted) { $0.equalsIgnoringCase("true") }
        let isUnpoly = headers.upTarget >= 0
        let isMarked =
            isBoosted || headers.hasPageField || isUnpoly
            || acceptsHTML && fields.value(at: headers.accept, RequestFlags.isOfTurbo)
        guard isMarked || headers.hasFragmentField else { return }
        // A form may lead back to its own page, which is then shown anew.
        let isForm = headers.accept >= 0 && fields.value(at: headers.accept, RequestFlags.isOfTurboForm)
        let isFragment =
            headers.hasFragmentField && fields.contains { RequestFlags.isFragment($0, isBoosted: isBoosted) }
            || isUnpoly && !RequestFlags.isPageOfUnpoly(fields, headers)
            || isMarked && !isForm && RequestFlags.isSamePage(request, headers)
        if isFragment {
            self.remove(.navigation)
            self.insert(.fragment)
        } else if isMarked {
            self.insert([.navigation, .boosted])
        }
    }

    /// The kind of a request by Fetch Metadata.
    private enum Mode {
        case navigation
        /// A navigation that a service worker passes on, or a link with `download`.
        case passedOn
        case script
        case embedded
        /// A browser from before Fetch Metadata, or an origin that is not trustworthy, such as one on plain `http`.
        case unknown

        init(_ fields: HTTPFields, _ headers: HeaderIndex) {
            func isNavigation() -> Bool { fields.value(at: headers.mode) { $0.equals("navigate") } }
            guard headers.destination >= 0 else {
                self = headers.mode < 0 ? .unknown : isNavigation() ? .navigation : .script
                return
            }
            self = fields.value(at: headers.destination) { destination in
                if destination.equals("document") { return .navigation }
                // `fetch` and `XMLHttpRequest` have the destination `empty`. A service worker that passes on a navigation makes it of
                // `document`, and of `iframe`, too, but leaves the mode.
                guard destination.equals("empty") else { return .embedded }
                return headers.mode >= 0 && isNavigation() ? .passedOn : .script
            }
        }
    }

    /// Returns whether the fields of a client without Fetch Metadata are those of a script.
    ///
    /// Scripts are recognized by `X-Requested-With: XMLHttpRequest`, or by a JSON body, which no form can send. Other values of
    /// `X-Requested-With` are names of apps, whose web views send them with every request.
    private static func isFromScript(_ fields: HTTPFields, _ headers: HeaderIndex) -> Bool {
        if headers.requestedWith >= 0, fields.value(at: headers.requestedWith, { $0.equalsIgnoringCase("xmlhttprequest") }) {
            return true
        }
        return headers.contentType >= 0 && fields.value(at: headers.contentType) { MediaType.isJSON($0) }
    }

    /// Returns whether the value of an `Accept` field contains `text/html`.
    static func acceptsHTML(_ value: Bytes) -> Bool {
        var rest = value
        while rest.count >= 9 {
            if rest.hasPrefixIgnoringCase("text/html") { return true }
            rest = rest.dropFirst()
        }
        return false
    }

    /// Returns whether the value of an `Accept` field is that of a visit of Turbo Drive, Turbolinks, Swup or Inertia.
    ///
    /// After a form, Turbo also accepts a stream, which is a fragment with a content type of its own. Internet Explorer's value begins alike
    /// and goes on.
    private static func isOfTurbo(_ value: Bytes) -> Bool {
        value.equals("text/html, application/xhtml+xml") || self.isOfTurboForm(value)
    }

    /// Returns whether the value of an `Accept` field is that of a form of Turbo Drive, also of the page that the form redirects to.
    private static func isOfTurboForm(_ value: Bytes) -> Bool {
        value.equals("text/vnd.turbo-stream.html, text/html, application/xhtml+xml")
    }

    /// Returns whether Unpoly asks for a page, and not for a part of one, an overlay, a poll or a page of its history.
    private static func isPageOfUnpoly(_ fields: HTTPFields, _ headers: HeaderIndex) -> Bool {
        guard headers.hasUpFailTarget else { return false }
        return fields.value(at: headers.upTarget) {
            $0.hasPrefix("main") || $0.hasPrefix("body") || $0.hasPrefix("[up-main~=root]")
        }
    }

    /// Returns whether a front end's request is for the page that it is on: it restores a page of its history, or refreshes one.
    private static func isSamePage(_ request: HTTPRequest, _ headers: HeaderIndex) -> Bool {
        let index = headers.currentURL >= 0 ? headers.currentURL : headers.referer
        guard index >= 0, let target = request.path else { return false }
        return request.headerFields.value(at: index) { url in
            guard let parts = URLParts(url) else { return false }
            // By `Referrer-Policy: origin`, `Referer` does not name the page.
            if index == headers.referer, parts.path.count <= 1, parts.query == nil { return false }
            let page = url[parts.authority.endIndex..<(parts.query ?? parts.path).endIndex]
            return target.withBytes { $0.elementsEqual(page) }
        }
    }

    /// Returns whether a field asks for a part of a page.
    private static func isFragment(_ field: HTTPField, isBoosted: Bool) -> Bool {
        switch field.name.canonicalName {
        case "hx-request": !isBoosted && field.withBytes { $0.equalsIgnoringCase("true") }
        case "hx-history-restore-request": field.withBytes { $0.equalsIgnoringCase("true") }
        case "turbo-frame", "x-inertia-partial-component", "x-alpine-request": true
        default: false
        }
    }

    /// Returns whether a field announces a prefetch or a prerender.
    ///
    /// A front end's script cannot set `Sec-Purpose` and writes `X-Sec-Purpose`. `X-Purpose: preview` is that of apps that load the pages
    /// of links before the visitor follows them.
    private static func isSpeculative(_ field: HTTPField) -> Bool {
        switch field.name.canonicalName {
        case "sec-purpose", "x-sec-purpose", "purpose", "x-purpose", "x-moz":
            field.withBytes {
                $0.hasPrefixIgnoringCase("prefetch") || $0.hasPrefixIgnoringCase("prerender") || $0.equals("preview")
            }
        case "hx-preloaded": field.withBytes { $0.equalsIgnoringCase("true") }
        default: false
        }
    }
}

extension HTTPField {
    /// Calls a closure with the bytes of the value.
    @inline(__always)
    func withBytes<Result>(_ body: (Bytes) -> Result) -> Result {
        self.withUnsafeBytesOfValue { body(Bytes($0)) }
    }
}

extension HTTPFields {
    /// The maximum number of header fields of a request that are read, several times what browsers and proxies send.
    static let maximumCount = 1024

    /// The indices of the fields of a request that are read; none if there are too many, so that no client makes a scan long.
    @inline(__always)
    var readIndices: Range<Int> { self.count <= HTTPFields.maximumCount ? self.indices : 0..<0 }

    /// Calls a closure with the bytes of the value at an index.
    @inline(__always)
    func value<Result>(at index: Int, _ body: (Bytes) -> Result) -> Result {
        self[index].withBytes(body)
    }

    /// Calls a closure with the bytes of the value at an index, as a text, of the server's own fields.
    ///
    /// It costs a quarter of ``value(at:_:)``, which copies the field. But a value that is not UTF-8 is repaired first, which for a client's
    /// field would take as long as the client wants.
    @inline(__always)
    func text<Result>(at index: Int, _ body: (Bytes) -> Result) -> Result {
        self[index].value.withBytes(body)
    }
}
