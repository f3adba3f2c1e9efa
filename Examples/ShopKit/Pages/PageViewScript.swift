//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// The script of the shop's pages that reports what no request shows: pages that were prerendered or prefetched, and pages from a cache.
///
/// The article "Pages without a request" explains it line by line.
enum PageViewScript {
    static let text = """
        const address = () => location.href.split("#")[0]
        let page = { url: address(), referrer: document.referrer }
        const report = () => navigator.sendBeacon("/page-view", new URLSearchParams(page))
        const [load] = performance.getEntriesByType("navigation")
        const isUnasked = load && (load.deliveryType === "navigational-prefetch" || load.transferSize === 0 && !load.workerStart)

        if (document.prerendering) {
            document.addEventListener("prerenderingchange", report, { once: true })
        } else if (isUnasked) {
            report()
        }
        addEventListener("pageshow", event => event.persisted && report())
        window.navigation?.addEventListener("navigatesuccess", () => {
            if (address() === page.url) return
            page = { url: address(), referrer: page.url }
            report()
        })
        """
}
