//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// The page that an event belongs to, before its URL is reduced.
struct RequestPage {
    let origin: Origin
    let path: Substring
    let query: Substring?
    let referer: Referer?
}

extension RequestSnapshot {
    /// Returns the page whose script made the request.
    ///
    /// It is the page in `Referer` if that belongs to the same site or to the origin in the `Origin` field; otherwise only the
    /// origin is known. It is never the request target, which is not a page. The page that the visitor came from is not known.
    func callingPage(site: Origin, declaredOrigin: Origin?) -> RequestPage {
        if let referer = self.refererField, let parts = URLParts(referer[...]),
            let origin = Origin(scheme: parts.scheme, authority: parts.authority)
        {
            if origin == site || origin == declaredOrigin {
                return RequestPage(origin: origin, path: parts.path.isEmpty ? "/" : parts.path, query: parts.query, referer: nil)
            }
        }
        return RequestPage(origin: declaredOrigin ?? site, path: "/", query: nil, referer: nil)
    }
}
