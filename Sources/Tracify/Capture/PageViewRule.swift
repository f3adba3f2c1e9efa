//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import HTTPTypes

/// The rule that decides which requests are page views.
///
/// A page view is a GET navigation whose response is 2xx with HTML that is displayed, or 304 for such a document. The article
/// <doc:WhatIsCaptured> has the table of all cases.
enum PageViewRule {
    /// Returns the reason why a response is not that of a page view, whatever the request's fields; `nil` when it may be one.
    ///
    /// Most requests of a server end here, before their fields are scanned.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - response: The response.
    ///   - status: The status of the response, which costs something to read.
    /// - Returns: The reason.
    static func reasonToSkip(_ request: HTTPRequest, _ response: HTTPResponse, _ status: Int) -> SkipReason? {
        guard request.method == .get else { return .method }
        switch status {
        case 206: return .partial
        case 200..<300, 304: return self.reasonToSkip(response.headerFields, isUnmodified: status == 304)
        default: return .status
        }
    }

    /// Returns the reason why a request is not a page view, if its response is one of a page view; `nil` when it is one.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - rules: The rules of the tracker.
    ///   - isVisitorKnown: Whether the visitor is known without the request.
    /// - Returns: The reason.
    @inline(__always)
    static func reasonToSkip(_ request: RequestRecord, by rules: CaptureRules, isVisitorKnown: Bool = false) -> SkipReason? {
        if request.flags.contains(.fragment) { return .fragment }
        guard request.flags.contains(.navigation) else { return .subresource }
        if let reason = self.reasonToSkipVisit(request), !isVisitorKnown || reason == .speculative { return reason }
        return request.matches(anyOf: rules.configuration.excludedPaths) ? .excludedPath : nil
    }

    /// Returns the reason why a request is not a visit to anything, whatever its response; `nil` when it may be one.
    static func reasonToSkipVisit(_ request: RequestRecord) -> SkipReason? {
        if request.flags.contains(.speculative) { return .speculative }
        guard request.flags.contains(.userAgent) else { return .noUserAgent }
        return request.mayHaveAddress ? nil : .noClientAddress
    }

    /// Returns whether a request that was skipped for a reason may be a landing, whose campaign parameters belong to the session.
    ///
    /// A landing redirects the visitor, shows something that is not tracked, or is loaded before the visitor opens it. This is decided
    /// without the header fields: calls of an API have no campaign parameters.
    static func mayBeLanding(_ target: String, _ reason: SkipReason, _ rules: CaptureRules) -> Bool {
        switch reason {
        case .status, .contentType, .download, .speculative, .excludedPath, .excludedType: self.mayHoldParameters(target, rules)
        default: false
        }
    }

    /// Returns whether a request that may be a landing is one.
    static func isLanding(_ request: RequestRecord) -> Bool {
        request.flags.isDisjoint(with: [.fragment, .embedded])
            && (request.flags.contains(.navigation) || !request.flags.contains(.script))
            && request.flags.contains(.userAgent) && request.mayHaveAddress
    }

    /// Returns whether the query may hold a campaign parameter, without parsing it.
    ///
    /// Without this check, calls of an API would evict landings from their buffer.
    private static func mayHoldParameters(_ target: String, _ rules: CaptureRules) -> Bool {
        target.withBytes { target in
            guard let mark = target.firstIndex(of: UInt8(ascii: "?")) else { return false }
            // The names have an underscore (`utm_`, `trc_`), which may be percent-encoded.
            return target[mark...].contains(UInt8(ascii: "_"), or: UInt8(ascii: "%"))
                || !rules.configuration.urlParameters.isEmpty
        }
    }

    /// Returns the reason why the fields of a response rule out a page view; `nil` when they do not.
    ///
    /// A 304 need not have a content type (RFC 9110, section 15.4.5), so it may be one.
    static func reasonToSkip(_ fields: HTTPFields, isUnmodified: Bool) -> SkipReason? {
        var isHTML = isUnmodified
        var isPageOfInertia = false
        for index in fields.indices {
            // Not kept in a constant, which would count references.
            func isNamed(_ name: StaticString) -> Bool { fields[index].name.canonicalName.withBytes { $0.equals(name) } }
            switch fields[index].name.canonicalName.utf8.count {
            // Inertia sends pages as JSON and marks them.
            case 9:
                if isNamed("x-inertia") { isPageOfInertia = fields.text(at: index) { $0.equalsIgnoringCase("true") } }
            case 12:
                if isNamed("content-type") { isHTML = fields.text(at: index, MediaType.isHTML) }
            case 19:
                if isNamed("content-disposition"), fields.text(at: index, { MediaType.begins($0, with: "attachment") }) {
                    return .download
                }
            default: break
            }
        }
        return isHTML || isPageOfInertia ? nil : .contentType
    }
}
