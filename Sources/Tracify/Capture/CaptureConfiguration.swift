//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// The settings of capture: which requests are tracked, and what is read from them.
public struct CaptureConfiguration: Sendable {
    /// The names of URL parameters that are reported in addition to those that match `^(utm|trc)_[A-Za-z0-9_]+$`, such as
    /// `gclid`.
    ///
    /// Names are case-sensitive, and each must be a name that a ``URLParameter`` can have. Default: none.
    public var urlParameters: Set<String> = []

    /// The names of query parameters that are kept in an event's `url`, in the order of the query.
    ///
    /// Default: none, because query strings carry reset tokens and email addresses (contract, "Event").
    public var urlQueryKeys: Set<String> = []

    /// Whether an email address is lower-cased before it is hashed.
    ///
    /// Surrounding whitespace is always removed. Default: `false`, as in the public integrations (contract, "Anonymization").
    public var lowercasesEmail = false

    /// Whether the site's scheme is always `https`, whatever scheme the server reports.
    ///
    /// Set this when something in front of the server terminates TLS, or when the framework does not report the scheme.
    /// Hummingbird, for example, reports `http` for every HTTP/1.1 request, even when it terminates TLS itself. Default: `false`.
    public var isAlwaysHTTPS = false

    /// The proxies whose forwarding header fields are trusted.
    ///
    /// Default: none.
    public var trustedProxies = TrustedProxies()

    /// The policy that determines which requests may be tracked.
    ///
    /// Default: ``ConsentPolicy/always``.
    public var consent = ConsentPolicy.always

    /// The paths whose responses are not page views.
    ///
    /// Events that handlers report themselves, such as orders, are not affected. Default: none.
    public var excludedPaths: [PathPattern] = []

    /// The paths whose page views are also reported as product views.
    ///
    /// For sites whose handlers do not report product views: doing both counts each product view twice. Default: none.
    public var productPaths: [PathPattern] = []

    /// Whether page views, product views and add-to-carts of crawlers and other programs are reported.
    ///
    /// Orders, conversions and survey answers are always reported. Default: `false`.
    public var countsCrawlers = false

    /// Creates the default settings.
    public init() {}
}

/// A validated ``CaptureConfiguration``, shared by all visits of a tracker.
///
/// A class, so that a visit holds one reference instead of nine values.
final class CaptureRules: Sendable {
    let configuration: CaptureConfiguration

    /// The rules of the default settings.
    static let `default` = CaptureRules(validated: CaptureConfiguration())

    /// Creates the rules of a configuration.
    ///
    /// - Parameter configuration: The settings of capture.
    /// - Throws: ``ValidationError`` with the field `url_parameters` for a name that must not be reported.
    convenience init(_ configuration: CaptureConfiguration) throws(ValidationError) {
        for name in configuration.urlParameters {
            try URLParameter.checkName(name)
        }
        self.init(validated: configuration)
    }

    private init(validated configuration: CaptureConfiguration) {
        self.configuration = configuration
    }
}
