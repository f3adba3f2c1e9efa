//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// The site that a request is for.
struct RequestSite {
    let origin: Origin
    /// Whether the request is for a host that is not one of the allowed sites; ``origin`` is then that of the first of these.
    let isForeign: Bool

    /// Finds the site of a request; `nil` when its host is not valid.
    init?(_ parts: RequestRecord.Parts, _ client: ForwardedClient?, _ capture: CaptureConfiguration) {
        let absolute = parts.location.absolute
        let scheme =
            capture.isAlwaysHTTPS ? "https" : client?.scheme ?? absolute?.scheme.text ?? parts[.scheme]?.text ?? "http"
        func origin(_ authority: Bytes) -> Origin? { scheme.withBytes { Origin(scheme: $0, authority: authority) } }

        // A proxy may pass on what a client has sent, so its host must be one of the sites where there is a list.
        let candidates = [
            client?.host.flatMap { $0.withBytes(origin) }, origin(absolute?.authority ?? parts[.authority] ?? .empty),
        ]
        guard !capture.sites.isEmpty else {
            guard let origin = candidates.lazy.compactMap({ $0 }).first else { return nil }
            (self.origin, self.isForeign) = (origin, false)
            return
        }
        for case let candidate? in candidates {
            guard capture.sites.first(of: candidate) != nil else { continue }
            (self.origin, self.isForeign) = (candidate, false)
            return
        }
        // The scheme of a target in absolute form is the client's choice, too.
        let fallback = capture.sites.fallback?.host.description
            .withBytes { authority in
                origin(authority) ?? "https".withBytes { Origin(scheme: $0, authority: authority) }
            }
        guard let origin = fallback.flatMap({ $0 }) else { return nil }
        (self.origin, self.isForeign) = (origin, true)
    }

    /// Creates the site of a page that is known to be the shop's.
    init(of origin: Origin) {
        (self.origin, self.isForeign) = (origin, false)
    }

    /// Returns whether a page belongs to the site, or to another one of the list.
    func isOwn(_ origin: Origin, _ sites: [Site]) -> Bool {
        origin.isSameSite(as: self.origin) || sites.first(of: origin) != nil
    }
}
