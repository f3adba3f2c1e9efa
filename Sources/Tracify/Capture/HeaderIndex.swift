//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import HTTPTypes

/// The positions of the header fields that capture reads, found in one pass that reads names only; -1 for a missing field.
///
/// The first field of a name counts. The pass compares the length of a name before the name, so most fields cost one comparison of
/// integers.
struct HeaderIndex {
    private(set) var accept = -1
    private(set) var origin = -1
    private(set) var referer = -1
    private(set) var userAgent = -1
    private(set) var host = -1
    private(set) var contentType = -1
    private(set) var destination = -1
    private(set) var mode = -1
    private(set) var site = -1
    private(set) var requestedWith = -1
    /// `HX-Current-URL`, the page that htmx is on.
    private(set) var currentURL = -1
    private(set) var boosted = -1
    /// Whether there is a field of a front end that asks for a part of a page.
    private(set) var hasFragmentField = false
    /// Whether there is a field by which a front end marks its requests for whole pages.
    private(set) var hasPageField = false
    /// `X-Up-Target`, the part of the page that Unpoly asks for.
    private(set) var upTarget = -1
    /// Whether there is an `X-Up-Fail-Target`, which Unpoly sends when the visitor follows a link or submits a form.
    private(set) var hasUpFailTarget = false
    private(set) var user = -1
    /// Whether there is a field that may announce a prefetch or a prerender.
    private(set) var hasPurpose = false
    /// Whether the navigation preload of a service worker made the request.
    private(set) var isNavigationPreload = false
    /// Whether there is a field in which proxies name a client.
    private(set) var hasForwarding = false

    init(_ fields: HTTPFields) {
        for index in fields.indices {
            let name = fields[index].name.canonicalName
            switch name.utf8.count {
            case 4 where self.host < 0 && name == "host": self.host = index
            case 5 where name == "x-moz": self.hasPurpose = true
            case 6 where self.accept < 0 && name == "accept": self.accept = index
            case 6 where self.origin < 0 && name == "origin": self.origin = index
            case 6 where name == "x-pjax": self.hasPageField = true
            case 7 where name == "x-barba": self.hasPageField = true
            case 7 where self.referer < 0 && name == "referer": self.referer = index
            case 7 where name == "purpose": self.hasPurpose = true
            case 9 where name == "x-purpose": self.hasPurpose = true
            case 9 where name == "x-inertia": self.hasPageField = true
            case 9 where name == "forwarded" || name == "x-real-ip": self.hasForwarding = true
            case 10 where self.userAgent < 0 && name == "user-agent": self.userAgent = index
            case 10 where self.boosted < 0 && name == "hx-boosted": self.boosted = index
            case 10 where name == "hx-request": self.hasFragmentField = true
            case 11 where name == "sec-purpose": self.hasPurpose = true
            case 11 where name == "turbo-frame": self.hasFragmentField = true
            case 11 where self.upTarget < 0 && name == "x-up-target": self.upTarget = index
            case 12 where self.contentType < 0 && name == "content-type": self.contentType = index
            case 12 where name == "hx-preloaded": self.hasPurpose = true
            case 13 where name == "x-sec-purpose": self.hasPurpose = true
            case 13 where name == "fly-client-ip": self.hasForwarding = true
            case 14 where self.user < 0 && name == "sec-fetch-user": self.user = index
            case 14 where self.destination < 0 && name == "sec-fetch-dest": self.destination = index
            case 14 where self.site < 0 && name == "sec-fetch-site": self.site = index
            case 14 where self.mode < 0 && name == "sec-fetch-mode": self.mode = index
            case 14 where self.currentURL < 0 && name == "hx-current-url": self.currentURL = index
            case 14 where name == "true-client-ip": self.hasForwarding = true
            case 15 where name == "x-forwarded-for": self.hasForwarding = true
            case 16 where self.requestedWith < 0 && name == "x-requested-with": self.requestedWith = index
            case 16 where name == "x-up-fail-target": self.hasUpFailTarget = true
            case 16 where name == "cf-connecting-ip" || name == "fastly-client-ip": self.hasForwarding = true
            case 16 where name == "x-alpine-request": self.hasFragmentField = true
            case 17 where name == "x-forwarded-proto": self.hasForwarding = true
            case 19 where name == "x-livewire-navigate": self.hasPageField = true
            case 26 where name == "hx-history-restore-request": self.hasFragmentField = true
            case 27 where name == "x-inertia-partial-component": self.hasFragmentField = true
            case 33 where name == "service-worker-navigation-preload": self.isNavigationPreload = true
            default: break
            }
        }
    }
}
