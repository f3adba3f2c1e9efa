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

    /// What stands in for a peer without an address, as in-process test clients are; only for the test kit.
    package var addressOfUnknownPeer = PeerAddress.unknown

    /// The policy that determines which requests may be tracked.
    ///
    /// Default: ``ConsentPolicy/always``.
    public var consent = ConsentPolicy.always

    /// The sites that may be reported.
    ///
    /// The page of an event, its origin and the page that a script's call comes from must be of one of these sites. Requests for other
    /// hosts are skipped as ``SkipReason/foreignSite``; orders, conversions and survey answers from there are reported for the first exact
    /// host of the list. A proxy's `X-Forwarded-Host` counts only if it is one of these. Default: none, so that the host of a request is
    /// believed, which any client can choose.
    public var sites: [Site] = []

    /// The types of the events that are reported.
    ///
    /// Where Tracify's own script in the browser reports page views, report only ``EventType/purchase`` and ``EventType/conversion``:
    /// other events have no ID, and would be counted twice. Default: all.
    public var events = Set(EventType.allCases)

    /// The networks of clients whose page views, product views and add-to-carts are not reported, such as those of the company's own
    /// office.
    ///
    /// Orders, conversions and survey answers are always reported. Default: none.
    public var excludedNetworks: [IPNetwork] = []

    /// The hosts that are not reported as `Referer`, such as those of payment providers and of a login.
    ///
    /// Default: none.
    public var excludedReferrers: [HostPattern] = []

    /// The paths whose responses are not page views, and which are not reported as `Referer` or calling page of the same site.
    ///
    /// Events that handlers report themselves, such as orders, are not affected. Default: none.
    public var excludedPaths: [PathPattern] = []

    /// The paths whose page views are also reported as product views.
    ///
    /// For sites whose handlers do not report product views: doing both counts each product view twice. Default: none.
    public var productPaths: [PathPattern] = []

    /// The settings of redaction.
    public var redaction = Redaction()

    /// Whether page views, product views and add-to-carts of crawlers and other programs are reported.
    ///
    /// Orders, conversions and survey answers are always reported. Default: `false`.
    public var countsCrawlers = false

    /// A closure that changes or drops an event before it is stored and sent, for a shop's own policy.
    ///
    /// It returns the event that is reported, or `nil` for none; an error drops the event, too, and both are counted as
    /// ``DropReason/filtered``. Page views, product views and add-to-carts pass it on the exporter's side. Orders, conversions and survey
    /// answers pass it on their caller's task, before they are committed: the caller gets the error, or ``TrackerError/Code/refused``.
    /// An event that is dropped has entered its session before: a landing's campaign parameters go with it. The closure must return
    /// immediately. Default: none.
    public var beforeSend: (@Sendable (Event) throws -> Event?)?

    /// Creates the default settings.
    public init() {}
}

/// A validated ``CaptureConfiguration``, shared by all visits of a tracker.
///
/// A class, so that a visit holds one reference instead of nine values.
final class CaptureRules: Sendable {
    let configuration: CaptureConfiguration
    /// A bit for each type of ``CaptureConfiguration/events``: to look into a set costs more than the rest of some decisions.
    private let types: UInt8

    /// The rules of the default settings.
    static let `default` = CaptureRules(validated: CaptureConfiguration())

    /// The rules of the default settings, except that email addresses are lower-cased.
    static let lowercasingEmail: CaptureRules = {
        var configuration = CaptureConfiguration()
        configuration.lowercasesEmail = true
        return CaptureRules(validated: configuration)
    }()

    /// Creates the rules of a configuration.
    ///
    /// - Parameter configuration: The settings of capture.
    /// - Throws: ``ValidationError`` with the field `url_parameters` for a name that must not be reported.
    convenience init(_ configuration: CaptureConfiguration) throws(ValidationError) {
        for name in configuration.urlParameters {
            try URLParameter.checkName(name)
        }
        guard configuration.sites.isEmpty || configuration.sites.fallback != nil else {
            throw ValidationError(
                field: "sites",
                code: .missing,
                allowed: "at least one host without a star, for which orders from elsewhere are reported"
            )
        }
        self.init(validated: configuration)
    }

    private init(validated configuration: CaptureConfiguration) {
        self.configuration = configuration
        self.types = configuration.events.reduce(0) { $0 | 1 << UInt8($1.tableIndex) }
    }

    /// Returns whether events of a type are reported.
    @inline(__always)
    func reports(_ type: EventType) -> Bool { self.types & 1 << UInt8(type.tableIndex) != 0 }

    /// Returns what ``CaptureConfiguration/beforeSend`` makes of an event.
    func filter(_ event: Event) throws -> Event? {
        guard let filter = self.configuration.beforeSend else { return event }
        return try filter(event)
    }
}
