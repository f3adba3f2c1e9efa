//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import HTTPTypes
import Tracify

private func reasons(_ tracker: Tracker) {
    // sample begin
    for reason in SkipReason.allCases {
        print(reason, tracker.statistics.skipped(reason))
    }
    // sample end
}

private func paths(_ configuration: inout Tracker.Configuration) throws {
    // sample begin
    configuration.capture.excludedPaths = [try PathPattern("/admin/**")]
    // sample end
    // sample begin
    configuration.capture.productPaths = [try PathPattern("/products/*")]
    // sample end
    // sample begin
    configuration.capture.countsCrawlers = true
    // sample end
    // sample begin
    configuration.capture.events = [.purchase, .conversion]
    // sample end
}

private func sites(_ configuration: inout Tracker.Configuration) throws {
    // sample begin
    configuration.capture.sites = [try Site("shop.example"), try Site("*.shop.example")]
    // sample end
}

private struct PageViews {
    let tracker: Tracker

    // sample begin
    func pageViewed(url: String, referrer: String) throws {
        guard let visit = Visit.current else { return }
        tracker.pageViewed(by: try visit.on(url, referrer: referrer))
    }
    // sample end
}

private func consent(_ configuration: inout Tracker.Configuration) throws {
    // sample begin
    configuration.capture.consent = try .cookie(named: "consent", value: "yes")
    // sample end
    // sample begin
    configuration.capture.consent = .custom { request in
        !request.headerFields[values: .cookie].contains { $0.contains("tracking=off") }
    }
    // sample end
}

private func optOutNotice() -> String {
    // sample begin
    let notice = Visit.current?.hasConsent == false ? "<p>Opt-out honored: this visit is not reported.</p>" : ""
    // sample end
    return notice
}

private func proxies(_ configuration: inout Tracker.Configuration) throws {
    // sample begin
    configuration.capture.trustedProxies.networks = [try IPNetwork("10.0.0.0/8"), try IPNetwork("2001:db8::/32")]
    // sample end
    // sample begin
    configuration.capture.trustedProxies.networks = [try IPNetwork("173.245.48.0/20")]
    configuration.capture.trustedProxies.apply(.cloudflare)
    // sample end
}

private func erasure(_ tracker: Tracker, address: String, userAgent: String, email: String) async throws {
    // sample begin
    let session = AnonymizedHash(hashing: "\(address)|\(userAgent)")
    try await tracker.eraseVisitor(session)
    try await tracker.eraseVisitor(AnonymizedHash(hashing: email))
    // sample end
}
