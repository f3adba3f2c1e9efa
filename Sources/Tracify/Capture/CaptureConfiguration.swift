/// What is taken from requests.
public struct CaptureConfiguration: Sendable {
    /// Names of URL parameters that are passed on besides those that match `^(utm|trc)_[A-Za-z0-9_]+$`, e.g. `gclid`. Names are
    /// compared as they are, case included. Default: none.
    public var urlParameters: Set<String> = []

    /// Names of query parameters that stay in an event's `url`, in the order they came. Default: none, as query strings carry
    /// reset tokens and email addresses.
    public var urlQueryKeys: Set<String> = []

    /// Whether an email is lower-cased before it is hashed. Default: no, as in the public integrations; white space around it is
    /// always removed.
    public var lowercasesEmail = false

    /// Whether the site is `https` whatever the server sees: where something in front of it ends TLS, or where its framework
    /// does not say (Hummingbird calls every request of HTTP/1.1 `http`, also with TLS of its own). Default: no.
    public var isAlwaysHTTPS = false

    /// Which proxies in front of the server are believed. Default: none.
    public var trustedProxies = TrustedProxies()

    /// Whose requests are taken note of at all. Default: everybody's.
    public var consent = ConsentPolicy.always

    /// Paths whose pages are not counted. Default: none. What a handler reports itself, such as an order, is reported wherever
    /// it happens.
    public var excludedPaths: [PathPattern] = []

    /// Paths whose page views are product views as well, for sites whose handlers do not report them. Default: none.
    public var productPaths: [PathPattern] = []

    /// Whether page views, product views and add-to-carts of crawlers and other programs are reported, too. Default: no. Orders
    /// always are.
    public var countsCrawlers = false

    /// The defaults.
    public init() {}
}

/// The configuration once it is checked, shared by every visit.
final class CaptureRules: Sendable {
    let urlParameters: Set<String>
    let urlQueryKeys: Set<String>
    let lowercasesEmail: Bool
    let isAlwaysHTTPS: Bool
    let trustedProxies: TrustedProxies
    let consent: ConsentPolicy
    let excludedPaths: [PathPattern]
    let productPaths: [PathPattern]
    let countsCrawlers: Bool

    static let `default` = CaptureRules()

    private init() {
        self.urlParameters = []
        self.urlQueryKeys = []
        self.lowercasesEmail = false
        self.isAlwaysHTTPS = false
        self.trustedProxies = TrustedProxies()
        self.consent = .always
        self.excludedPaths = []
        self.productPaths = []
        self.countsCrawlers = false
    }

    /// - Throws: ``InvalidValue`` about `url_parameters` for a name that may not be passed on.
    init(_ configuration: CaptureConfiguration) throws(InvalidValue) {
        for name in configuration.urlParameters {
            try URLParameter.checkName(name)
        }
        self.urlParameters = configuration.urlParameters
        self.urlQueryKeys = configuration.urlQueryKeys
        self.lowercasesEmail = configuration.lowercasesEmail
        self.isAlwaysHTTPS = configuration.isAlwaysHTTPS
        self.trustedProxies = configuration.trustedProxies
        self.consent = configuration.consent
        self.excludedPaths = configuration.excludedPaths
        self.productPaths = configuration.productPaths
        self.countsCrawlers = configuration.countsCrawlers
    }
}
