/// What is taken from requests.
public struct CaptureConfiguration: Sendable, Hashable {
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

    /// The defaults.
    public init() {}
}

/// The configuration once it is checked, shared by every visit.
final class CaptureRules: Sendable {
    let urlParameters: Set<String>
    let urlQueryKeys: Set<String>
    let lowercasesEmail: Bool
    let isAlwaysHTTPS: Bool

    static let `default` = CaptureRules()

    private init() {
        self.urlParameters = []
        self.urlQueryKeys = []
        self.lowercasesEmail = false
        self.isAlwaysHTTPS = false
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
    }

}
