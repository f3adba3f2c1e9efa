//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

extension SkipReason {
    /// What to check when a request that should be a page view is skipped by the rule: one line.
    public var advice: String {
        switch self.code {
        case .noConsent:
            "Expected until the visitor consents. Otherwise compare `TRACIFY_CONSENT` with the cookie that your consent banner sets."
        case .method: "Expected. Only GET requests are page views; report other actions with an observer."
        case .status: "Expected for redirects and errors. The parameters of a landing that redirects are kept for the session."
        case .partial: "Expected for downloads and media. A page must be sent as a whole, with status 200."
        case .contentType: "Expected for data and files. A page must be sent with `Content-Type: text/html`."
        case .download: "Expected for downloads. Remove `Content-Disposition: attachment` if it is a page."
        case .fragment:
            "Expected for a part of a page: a Turbo frame, htmx without `HX-Boosted: true`, Unpoly, Alpine AJAX. The page has its own request."
        case .subresource:
            "Expected for images, scripts and calls of an API. A client that is not a browser must send `Accept: text/html`."
        case .speculative: "Expected for a prefetch or prerender. A front end reports the page when the visitor opens it."
        case .excludedPath: "Change `TRACIFY_EXCLUDED_PATHS` if the page should be reported."
        case .excludedNetwork: "Change `TRACIFY_EXCLUDED_NETWORKS` if the visitors of the network should be reported."
        case .excludedType: "Add the type to `TRACIFY_EVENTS` if it should be reported."
        case .foreignSite: "Add the host to `TRACIFY_SITES` if it is one of your sites, and check that the proxy passes it on."
        case .noUserAgent: "Expected for programs. If browsers are skipped, check that the proxy passes `User-Agent` on."
        case .noClientAddress:
            "Set `TRACIFY_TRUSTED_PROXIES` to the proxy in front of the server, and check that it sends the client's address."
        case .crawler: "Expected for crawlers and programs such as curl. Set `TRACIFY_COUNT_CRAWLERS=true` to report them."
        case .repeatedNavigation: "Expected with a service worker, which requests a page twice. The first request is reported."
        }
    }
}
