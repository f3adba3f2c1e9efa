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
    ///
    /// - Parameters:
    ///   - parts: The parts of the request.
    ///   - location: The location that its target names.
    ///   - client: The client that a trusted proxy names.
    ///   - rules: The rules of the tracker.
    ///   - last: The origin of another request, which is used again where it is the same.
    init?(
        _ parts: RequestRecord.Parts,
        _ location: RequestRecord.Parts.Location,
        _ client: ForwardedClient?,
        _ rules: CaptureRules,
        last: Origin?
    ) {
        let scheme = rules.configuration.isAlwaysHTTPS ? "https" : client?.scheme
        func origin(_ scheme: Bytes, _ authority: Bytes) -> Origin? {
            // Nearly all requests of a server are of one site.
            if let last, last.equals(scheme: scheme, authority: authority) { return last }
            return Origin(scheme: scheme, authority: authority)
        }
        func origin(_ authority: Bytes) -> Origin? {
            if let scheme { return scheme.withBytes { origin($0, authority) } }
            if let scheme = location.absolute?.scheme ?? parts[.scheme] { return origin(scheme, authority) }
            return "http".withBytes { origin($0, authority) }
        }
        func isAllowed(_ origin: Origin) -> Bool {
            rules.configuration.sites.isEmpty || rules.configuration.sites.first(of: origin) != nil
        }

        // A proxy may pass on what a client has sent, so its host must be one of the sites where there is a list.
        if let named = client?.host?.withBytes(origin), isAllowed(named) {
            (self.origin, self.isForeign) = (named, false)
            return
        }
        if let own = origin(location.absolute?.authority ?? parts[.authority] ?? .empty), isAllowed(own) {
            (self.origin, self.isForeign) = (own, false)
            return
        }
        // The scheme of a target in absolute form is the client's choice, too.
        let fallback = rules.configuration.sites.fallback?.host.description
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
    func isOwn(_ origin: Origin, _ rules: CaptureRules) -> Bool { origin.withAuthority { self.isOwn($0, rules) } }

    /// Returns whether the host of an authority in canonical form is that of the site, or of another one of the list.
    func isOwn(_ authority: Bytes, _ rules: CaptureRules) -> Bool {
        self.origin.hasAuthority(authority) || rules.configuration.sites.first(of: authority) != nil
    }
}
