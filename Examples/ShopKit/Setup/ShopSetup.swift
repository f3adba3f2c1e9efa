#if Configuration && TestKit
public import Logging
public import ServiceLifecycle
public import Tracify
public import TracifyConfiguration
import TracifyHTTP
public import TracifyTesting

/// What every shop has besides its framework: the tracker with its sink and store, and the shop itself.
public struct ShopSetup: Sendable {
    /// The address the server is to listen at.
    public let host: String
    /// The port the server is to listen at, 0 for any that is free.
    public let port: Int
    /// Whether it is to serve HTTP/2 without TLS, to clients that know, instead of HTTP/1.1.
    public var isHTTP2 = false
    /// What the framework's adapter reports to.
    public let tracker: Tracker
    /// The pages and what they do.
    public let shop: Shop
    /// The collector that the shop starts for itself, if it has no token.
    public let collector: Collector?
    /// Where the framework may log.
    public let logger: Logger

    /// The site a shop without settings reports for.
    private static let demonstrationSite = "00000000-0000-0000-0000-000000000000"

    /// Makes everything that the settings ask for.
    ///
    /// - Parameters:
    ///   - settings: The settings.
    ///   - logger: Where the tracker and the framework log.
    /// - Throws: `SettingError`, `InvalidValue`, or why the collector could not start.
    public init(_ settings: TracifySettings, logger: Logger) async throws {
        var settings = settings
        var collector: Collector?
        if settings.sink == .http, settings.token == nil {
            // No token, so nothing to deliver to: the shop brings its own far end, and the events take the real way to it.
            var configuration = Collector.Configuration()
            configuration.urlParameters = settings.urlParameters
            let started = try await Collector.start(configuration: configuration)
            settings.token = try APIToken("embedded-collector")
            settings.customerSiteID = try settings.customerSiteID ?? CustomerSiteID(Self.demonstrationSite)
            settings.endpoint = try Endpoint(started.endpoint)
            collector = started
        }
        #if SQLite
        let store = try settings.makeStore(logger: logger)
        #else
        let store: (any EventStore)? = nil
        #endif
        let tracker = try Tracker(
            configuration: settings.trackerConfiguration(),
            sink: settings.makeSink(),
            store: store,
            logger: logger
        )
        self.host = settings.host
        self.port = settings.port
        self.tracker = tracker
        self.shop = Shop(cart: tracker, orders: tracker)
        self.collector = collector
        self.logger = logger
    }

    /// For a framework that has no HTTP/2 without TLS: the setting is refused rather than ignored.
    ///
    /// - Throws: `SettingError` when HTTP/2 is asked for.
    public func refuseHTTP2() throws {
        guard self.isHTTP2 else { return }
        throw SettingError(name: "HTTP2", value: "true", allowed: "false, as this server has no HTTP/2 without TLS")
    }

    /// Everything that runs, the server last: services end in reverse order, so first the server does, then the tracker, which
    /// delivers what is left, then its far end.
    ///
    /// - Parameter server: The framework's server.
    public func services(with server: any Service) -> [any Service] {
        var services: [any Service] = [self.tracker, server]
        if let collector = self.collector { services.insert(collector, at: 0) }
        return services
    }
}
#endif
