//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// The rule by which a request or a call results in no event.
///
/// Each skipped request or call is counted under its rule. A struct, so that rules can be added without breaking a `switch`.
public struct SkipReason: Sendable, Hashable, CaseIterable, CustomStringConvertible {
    enum Code: Int, CaseIterable {
        case noConsent, method, status, partial, contentType, download, fragment, subresource, speculative
        case excludedPath, excludedNetwork, excludedType, foreignSite, noUserAgent, noClientAddress, crawler, repeatedNavigation
    }

    let code: Code

    /// The visitor has not given consent.
    ///
    /// No other rule is evaluated; see ``ConsentPolicy``.
    public static let noConsent = SkipReason(code: .noConsent)
    /// The method is not GET.
    public static let method = SkipReason(code: .method)
    /// The status is neither 2xx nor a 304 for a document.
    public static let status = SkipReason(code: .status)
    /// The response is partial content, status 206.
    public static let partial = SkipReason(code: .partial)
    /// The response is not HTML.
    public static let contentType = SkipReason(code: .contentType)
    /// The response is a download: it has `Content-Disposition: attachment`.
    public static let download = SkipReason(code: .download)
    /// The request is for a part of a page that a front end puts into the page that is open, such as a Turbo frame.
    public static let fragment = SkipReason(code: .fragment)
    /// The request is no navigation: it is for a subresource, such as an image, a script or a frame, or was made by a page's script or by a
    /// client that does not ask for HTML.
    public static let subresource = SkipReason(code: .subresource)
    /// The request is a prefetch, a prerender or a preview: the visitor has not opened the page.
    public static let speculative = SkipReason(code: .speculative)
    /// The path matches one of ``CaptureConfiguration/excludedPaths``.
    public static let excludedPath = SkipReason(code: .excludedPath)
    /// The client's address is in one of ``CaptureConfiguration/excludedNetworks``.
    public static let excludedNetwork = SkipReason(code: .excludedNetwork)
    /// The type of the event is not one of ``CaptureConfiguration/events``.
    public static let excludedType = SkipReason(code: .excludedType)
    /// The request is for a host that is not one of ``CaptureConfiguration/sites``.
    public static let foreignSite = SkipReason(code: .foreignSite)
    /// The request has no user agent, whose hash every event requires (contract, "Event").
    public static let noUserAgent = SkipReason(code: .noUserAgent)
    /// The client's address is unknown, and every event requires its hash (contract, "Event").
    public static let noClientAddress = SkipReason(code: .noClientAddress)
    /// The user agent is that of a crawler or another program.
    public static let crawler = SkipReason(code: .crawler)
    /// A service worker has made a second request for a navigation, beside its navigation preload.
    public static let repeatedNavigation = SkipReason(code: .repeatedNavigation)

    /// All rules.
    public static var allCases: [SkipReason] { Code.allCases.map(SkipReason.init) }

    /// The rule's name, short and bounded, fit for a metric's label.
    public var description: String {
        switch self.code {
        case .noConsent: "no_consent"
        case .method: "method"
        case .status: "status"
        case .partial: "partial"
        case .contentType: "content_type"
        case .download: "download"
        case .fragment: "fragment"
        case .subresource: "subresource"
        case .speculative: "speculative"
        case .excludedPath: "excluded_path"
        case .excludedNetwork: "excluded_network"
        case .excludedType: "excluded_type"
        case .foreignSite: "foreign_site"
        case .noUserAgent: "no_user_agent"
        case .noClientAddress: "no_client_address"
        case .crawler: "crawler"
        case .repeatedNavigation: "repeated_navigation"
        }
    }
}

extension SkipReason: TableIndexed {
    var tableIndex: Int { self.code.rawValue }
}
