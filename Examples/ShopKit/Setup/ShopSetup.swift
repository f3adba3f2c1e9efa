//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Configuration && TestKit
public import Configuration
public import Logging
public import ServiceLifecycle
public import Tracify
import TracifyConfiguration
public import TracifyTesting

/// The parts of a shop that do not depend on its framework: the tracker with its sink and store, and the shop itself.
public struct ShopSetup: Sendable {
    /// The address and port to listen on, and the protocol.
    public let settings: ShopSettings
    /// The tracker, for the framework's adapter.
    public let tracker: Tracker
    /// The pages and their logic.
    public let shop: Shop
    /// What delivers the orders of the shop's database, if there is one.
    private let relay: OutboxRelay?
    /// The collector that the shop starts when no destination is configured.
    public let collector: Collector?
    /// The logger for the framework.
    public let logger: Logger

    /// Creates the parts.
    ///
    /// - Parameters:
    ///   - settings: The shop's own settings.
    ///   - provider: The provider of the tracker's settings.
    ///   - logger: The logger of the tracker and the framework.
    /// - Throws: `ConfigurationError`, or the error of the collector.
    public init(_ settings: ShopSettings, provider: any ConfigProvider, logger: Logger) async throws {
        var config = ConfigReader(provider: provider)
        var collector: Collector?
        if !Self.namesDestination(config) {
            let started = try await Self.startCollector(settings, config, logger: logger)
            config = ConfigReader(providers: [Self.defaults(for: started, config), provider])
            collector = started
        }
        let tracker = try Tracker(config: config, logger: logger)
        self.settings = settings
        self.tracker = tracker
        let (catalog, book, relay) = try Self.data(settings, tracker)
        self.relay = relay
        self.shop = Shop(
            catalog: catalog,
            cart: tracker,
            orders: tracker,
            book: book,
            health: { tracker.health },
            livePage: collector?.url
        )
        self.collector = collector
        self.logger = logger
    }

    /// Returns the products and orders in a database, with what delivers the orders, or in memory.
    private static func data(_ settings: ShopSettings, _ tracker: Tracker) throws -> (Catalog, any OrderBook, OutboxRelay?) {
        guard let path = settings.databasePath else { return (.initial, ReportedOrders(tracker), nil) }
        #if SQLite
        do {
            let database = try ShopDatabase(path: path)
            let orders = try DatabaseOrders(database.pool, tracker: tracker)
            return (try database.catalog(), orders, orders.relay)
        } catch {
            throw ShopSettingError(
                name: "SHOP_DATABASE_PATH",
                value: path,
                allowed: "a SQLite database of this shop, or a new file"
            )
        }
        #else
        throw ShopSettingError(name: "SHOP_DATABASE_PATH", value: path, allowed: "a path only with the package trait SQLite")
        #endif
    }

    /// Whether a setting names a destination.
    ///
    /// Without one, the shop delivers to a collector of its own, over HTTP.
    private static func namesDestination(_ config: ConfigReader) -> Bool {
        ["token", "tokenFile", "endpoint", "environment", "sink"]
            .contains { key in
                config.string(forKey: ["tracify", key], isSecret: key == "token").map { !$0.isEmpty } ?? false
            }
    }

    private static func defaults(for collector: Collector, _ config: ConfigReader) -> InMemoryProvider {
        var values: [AbsoluteConfigKey: ConfigValue] = [
            ["tracify", "token"]: ConfigValue("embedded-collector", isSecret: true),
            ["tracify", "endpoint"]: ConfigValue(.string(collector.endpoint), isSecret: false),
        ]
        if config.string(forKey: ["tracify", "customerSiteId"])?.isEmpty ?? true {
            values[["tracify", "customerSiteId"]] = "00000000-0000-0000-0000-000000000000"
        }
        if config.string(forKey: ["tracify", "maximumSkippedRequests"])?.isEmpty ?? true {
            values[["tracify", "maximumSkippedRequests"]] = "500"
        }
        return InMemoryProvider(values: values)
    }

    /// Starts a collector on a fixed port, so that an open tab of its page survives a restart of the shop.
    private static func startCollector(_ settings: ShopSettings, _ config: ConfigReader, logger: Logger) async throws -> Collector
    {
        var configuration = Collector.Configuration()
        configuration.urlParameters = try CaptureConfiguration(config: config).urlParameters
        configuration.port = settings.collectorPort ?? 8081
        do {
            return try await Collector.start(configuration: configuration)
        } catch {
            guard settings.collectorPort == nil, case .port? = ListeningError(error) else {
                guard ListeningError(error) != nil else { throw error }
                throw ShopSettingError(name: "TRACIFY_COLLECTOR_PORT", value: "\(configuration.port)", allowed: "a free port")
            }
            logger.notice(
                "Port 8081 is in use, so the collector listens on any free port. Set TRACIFY_COLLECTOR_PORT to choose one."
            )
            configuration.port = 0
            return try await Collector.start(configuration: configuration)
        }
    }

    /// Throws if HTTP/2 is enabled, for a framework without HTTP/2 in cleartext.
    ///
    /// - Throws: An error about `HTTP2` if it is enabled.
    public func refuseHTTP2() throws {
        guard self.settings.isHTTP2 else { return }
        throw ShopSettingError(name: "HTTP2", value: "true", allowed: "false, because this server has no HTTP/2 without TLS")
    }

    /// Returns all services, with the server last.
    ///
    /// Services shut down in reverse order: the server first, then the tracker, which drains its queue, then the collector.
    ///
    /// - Parameter server: The framework's server.
    /// - Returns: The services, in order of startup.
    public func services(with server: any Service) -> [any Service] {
        var services: [any Service] = [self.tracker]
        if let relay = self.relay { services.append(relay) }
        services.append(server)
        if let collector = self.collector { services.insert(collector, at: 0) }
        return services
    }
}
#endif
