//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if TestKit
import NIOHTTP1
import Tracify

/// The check that a request for the page or its data comes from the page, and not from a foreign one.
///
/// A foreign page can make a browser send requests to a local server, and read the responses when it has let a name of its own resolve
/// to that server (DNS rebinding). The `Host` field then has that name. It never has an address.
struct PageGuard: Sendable {
    /// The header field that the page sends with what changes something.
    ///
    /// A foreign page cannot send it without a preflight, which fails.
    static let field = "X-Tracify-Collector"

    /// Names besides `localhost` and addresses.
    let names: Set<String>

    /// Returns whether the host is one that a foreign page cannot have.
    func allows(_ head: HTTPRequestHead) -> Bool {
        let hosts = head.headers["Host"]
        guard hosts.count == 1, let host = hosts.first.map({ self.name(of: $0) }) else { return false }
        guard host == "localhost" || host.hasSuffix(".localhost") || IPAddress(host) != nil || self.names.contains(host) else {
            return false
        }
        // A page of another site may link to this one, and not read anything of it.
        return head.headers.first(name: "Sec-Fetch-Site") != "cross-site"
            || head.headers.first(name: "Sec-Fetch-Mode") == "navigate"
    }

    /// Returns whether the page itself made a request that changes something.
    func allowsChange(_ head: HTTPRequestHead) -> Bool {
        self.allows(head) && head.headers.contains(name: PageGuard.field)
    }

    private func name(of host: String) -> String {
        if host.hasPrefix("["), let end = host.firstIndex(of: "]") {
            return String(host[host.index(after: host.startIndex)..<end])
        }
        return host.prefix { $0 != ":" }.lowercased()
    }
}
#endif
