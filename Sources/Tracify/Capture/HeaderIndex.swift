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
    /// Whether there is a field in which proxies name the scheme.
    private(set) var hasForwardedScheme = false
    private var firstForwarding = -1
    private var lastForwarding = -1

    /// Whether there is a field of a front end, other than those that browsers send, too.
    var hasFrontEndField: Bool { self.hasFragmentField || self.hasPageField || self.boosted >= 0 || self.upTarget >= 0 }

    /// The range from the first to the last field that ``ForwardedFields`` knows by name.
    var forwarding: ClosedRange<Int>? { self.firstForwarding < 0 ? nil : self.firstForwarding...self.lastForwarding }

    @inline(__always)
    init(_ fields: HTTPFields) {
        for index in fields.readIndices {
            fields[index].name.canonicalName.withBytes { self.add($0, at: index) }
        }
    }

    /// Adds a field to the range that ``ForwardedFields`` reads: proxies write their fields side by side, so few others are in it.
    @inline(never)
    private mutating func addForwarding(_ index: Int) {
        if self.firstForwarding < 0 { self.firstForwarding = index }
        self.lastForwarding = index
    }

    @inline(__always)
    private mutating func add(_ name: Bytes, at index: Int) {
        // One switch over lengths becomes a jump.
        switch name.count {
        case 4: if self.host < 0, name.equals("host") { self.host = index }
        case 5: if name.equals("x-moz") { self.hasPurpose = true }
        case 6:
            if self.accept < 0, name.equals("accept") {
                self.accept = index
            } else if self.origin < 0, name.equals("origin") {
                self.origin = index
            } else if name.equals("x-pjax") {
                self.hasPageField = true
            }
        case 7:
            if self.referer < 0, name.equals("referer") {
                self.referer = index
            } else if name.equals("x-barba") {
                self.hasPageField = true
            } else if name.equals("purpose") {
                self.hasPurpose = true
            }
        case 9:
            if name.equals("x-purpose") {
                self.hasPurpose = true
            } else if name.equals("x-inertia") {
                self.hasPageField = true
            } else if name.equals("forwarded") || name.equals("x-real-ip") {
                self.hasForwarding = true
                self.addForwarding(index)
            }
        case 10:
            if self.userAgent < 0, name.equals("user-agent") {
                self.userAgent = index
            } else if self.boosted < 0, name.equals("hx-boosted") {
                self.boosted = index
            } else if name.equals("hx-request") {
                self.hasFragmentField = true
            } else if name.equals("cf-visitor") {
                self.addForwarding(index)
            }
        case 11:
            if name.equals("sec-purpose") {
                self.hasPurpose = true
            } else if name.equals("turbo-frame") {
                self.hasFragmentField = true
            } else if self.upTarget < 0, name.equals("x-up-target") {
                self.upTarget = index
            }
        case 12:
            if self.contentType < 0, name.equals("content-type") {
                self.contentType = index
            } else if name.equals("hx-preloaded") {
                self.hasPurpose = true
            }
        case 13:
            if name.equals("x-sec-purpose") {
                self.hasPurpose = true
            } else if name.equals("fly-client-ip") {
                self.hasForwarding = true
                self.addForwarding(index)
            }
        case 14:
            if self.destination < 0, name.equals("sec-fetch-dest") {
                self.destination = index
            } else if self.mode < 0, name.equals("sec-fetch-mode") {
                self.mode = index
            } else if self.site < 0, name.equals("sec-fetch-site") {
                self.site = index
            } else if self.user < 0, name.equals("sec-fetch-user") {
                self.user = index
            } else if self.currentURL < 0, name.equals("hx-current-url") {
                self.currentURL = index
            } else if name.equals("true-client-ip") {
                self.hasForwarding = true
                self.addForwarding(index)
            }
        case 15:
            if name.equals("x-forwarded-for") {
                self.hasForwarding = true
                self.addForwarding(index)
            } else if name.equals("x-forwarded-ssl") {
                self.addForwarding(index)
            }
        case 16:
            if self.requestedWith < 0, name.equals("x-requested-with") {
                self.requestedWith = index
            } else if name.equals("x-up-fail-target") {
                self.hasUpFailTarget = true
            } else if name.equals("x-alpine-request") {
                self.hasFragmentField = true
            } else if name.equals("cf-connecting-ip") || name.equals("fastly-client-ip") {
                self.hasForwarding = true
                self.addForwarding(index)
            } else if name.equals("x-forwarded-host") || name.equals("x-forwarded-port") {
                self.addForwarding(index)
            }
        case 17:
            if name.equals("x-forwarded-proto") {
                self.hasForwardedScheme = true
                self.addForwarding(index)
            }
        case 19: if name.equals("x-livewire-navigate") { self.hasPageField = true }
        case 26: if name.equals("hx-history-restore-request") { self.hasFragmentField = true }
        case 27: if name.equals("x-inertia-partial-component") { self.hasFragmentField = true }
        case 33: if name.equals("service-worker-navigation-preload") { self.isNavigationPreload = true }
        default: break
        }
    }
}
