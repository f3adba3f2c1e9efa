//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import HTTPTypes

/// The rule that decides which requests are page views.
///
/// A page view is a GET whose response is 2xx with HTML that is displayed, or 304 for a document navigation. Prefetches,
/// prerenders, subresources and requests for excluded paths are not page views.
enum PageViewRule {
    /// Returns the reason why a completed request is not a page view; `nil` when it is one.
    static func reasonToSkip(_ request: RequestSnapshot, _ head: HTTPRequest, _ response: HTTPResponse) -> SkipReason? {
        guard request.flags.contains(.get) else { return .method }
        switch response.status.code {
        case 206:
            return .partial
        case 200..<300:
            if let reason = self.reasonToSkip(response.headerFields) { return reason }
        case 304:
            // A 304 has no content type, so the request decides whether it is for a document.
            let isForDocument =
                request.flags.contains(.hasDestination)
                ? request.flags.contains(.document) : head.headerFields[.accept]?.hasPrefix("text/html") == true
            guard isForDocument else { return .status }
        default:
            return .status
        }
        // Old browsers do not send `Sec-Fetch-Dest`, but other fields may reveal a script's request.
        let isForPage =
            request.flags.contains(.hasDestination) ? request.flags.contains(.document) : !request.flags.contains(.script)
        guard isForPage else { return .subresource }
        if let reason = self.reasonToSkip(request) { return reason }
        if request.matches(anyOf: request.rules.configuration.excludedPaths) { return .excludedPath }
        return nil
    }

    /// Returns the reason why a request is not a view of anything, whatever its response; `nil` when it may be one.
    static func reasonToSkip(_ request: RequestSnapshot) -> SkipReason? {
        if request.flags.contains(.speculative) { return .speculative }
        guard let userAgent = request.userAgentField, !userAgent.value.isEmpty else { return .noUserAgent }
        return request.mayHaveAddress ? nil : .noClientAddress
    }

    /// Returns whether a request that was skipped for a reason may be a landing, whose campaign parameters belong to the session.
    ///
    /// A landing redirects the visitor or shows something that is not tracked.
    static func mayBeLanding(_ request: RequestSnapshot, _ reason: SkipReason) -> Bool {
        switch reason {
        case .status, .contentType, .download, .excludedPath: break
        default: return false
        }
        guard
            request.flags.contains(.get), !request.flags.contains(.script),
            !request.flags.contains(.hasDestination) || request.flags.contains(.document),
            self.mayHoldParameters(request)
        else { return false }
        return self.reasonToSkip(request) == nil
    }

    /// Returns whether the query may hold a campaign parameter, without parsing it.
    ///
    /// Without this check, calls of an API would evict landings from their buffer.
    private static func mayHoldParameters(_ request: RequestSnapshot) -> Bool {
        guard let mark = request.target[...].firstPlace(where: { $0 == UInt8(ascii: "?") }) else { return false }
        // The names have an underscore (`utm_`, `trc_`), which may be percent-encoded.
        return !request.rules.configuration.urlParameters.isEmpty
            || !request.target[mark...].allBytes { $0 != UInt8(ascii: "_") && $0 != UInt8(ascii: "%") }
    }

    /// Returns the reason why the fields of a 2xx response rule out a page view; `nil` when they do not.
    private static func reasonToSkip(_ fields: HTTPFields) -> SkipReason? {
        var isHTML = false
        for index in fields.indices {
            let name = fields[index].name.canonicalName
            switch name.utf8.count {
            case 12 where name == "content-type":
                isHTML = MediaType.isHTML(fields[index].value)
            case 19 where name == "content-disposition" && MediaType.begins(fields[index].value, with: "attachment"):
                return .download
            default:
                break
            }
        }
        return isHTML ? nil : .contentType
    }
}
