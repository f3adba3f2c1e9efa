#if Configuration
public import Configuration
public import Logging
public import Tracify
public import TracifyHTTP
#if SQLite
import TracifySQLite
#endif

/// An application's settings, read from environment variables, files or whatever `ConfigReader` reads.
///
/// ```swift
/// let settings = try TracifySettings(config: ConfigReader(provider: EnvironmentVariablesProvider()))
/// ```
///
/// Every setting has a default but the site's id and the token. A wrong value is an error that names the variable, the value and
/// what is allowed, and never shows the token.
public struct TracifySettings: Sendable {
    /// Where events go.
    public enum SinkKind: String, Sendable, CaseIterable {
        /// To Tracify, or to another endpoint.
        case http
        /// To a file, one event a line.
        case file
        /// Nowhere: they are kept in memory.
        case memory
    }

    /// `TRACIFY_CUSTOMER_SITE_ID`: the site's id. `nil` when it is not set.
    public var customerSiteID: CustomerSiteID?
    /// `TRACIFY_TOKEN`: the API key. `nil` when it is not set.
    public var token: APIToken?
    /// `TRACIFY_ENDPOINT`, or else the host of `TRACIFY_ENVIRONMENT`: where the HTTP sink sends to. Default: production.
    public var endpoint: Endpoint
    /// `TRACIFY_SINK`: where events go. Default: `http`.
    public var sink: SinkKind
    /// `TRACIFY_FILE_PATH`: the file of the file sink.
    public var filePath: String?
    /// `TRACIFY_STORE_PATH`: the SQLite file in which events are kept until they are delivered. In memory only when it is not set.
    public var storePath: String?
    /// `TRACIFY_BATCH_SIZE` (1 to 10,000 events, default 100) and `TRACIFY_FLUSH_INTERVAL` (0.001 to 3600 seconds, default 1).
    public var batches: BatchPolicy
    /// `TRACIFY_QUEUE_CAPACITY`: how many events wait at most, 1 to 10,000,000. Default: 10,000.
    public var queue: QueueLimits
    /// `TRACIFY_URL_PARAMETERS`: names of URL parameters to pass on besides `utm_…` and `trc_…`, separated by commas.
    public var urlParameters: Set<String>
    /// `TRACIFY_TRUSTED_PROXIES`: the networks of the proxies that are believed, separated by commas: `10.0.0.0/8, 2001:db8::/32`,
    /// and `unix` for a Unix domain socket. Default: none.
    public var trustedProxies: TrustedProxies
    /// `TRACIFY_CONSENT`: whose requests are taken note of: `always`, `gpc` or `cookie:NAME=VALUE`. Default: `always`.
    public var consent: ConsentPolicy
    /// `HOST`: the address the application listens at. Default: `127.0.0.1`.
    public var host: String
    /// `PORT`: the port the application listens at, 0 for any that is free. Default: 8080.
    public var port: Int
    /// `LOG_LEVEL`: from which level on is logged. Default: `info`.
    public var logLevel: Logger.Level

    /// Reads and checks all settings.
    ///
    /// ## Configuration keys
    ///
    /// The names as environment variables; in a file `TRACIFY_BATCH_SIZE` is the key `batchSize` in the object `tracify`, and so
    /// on; `HOST`, `PORT` and `LOG_LEVEL` are `host`, `port` and `logLevel`.
    ///
    /// - Parameter config: Where to read them.
    /// - Throws: ``SettingError`` about the first setting that is wrong.
    public init(config: ConfigReader) throws(SettingError) {
        let reader = SettingReader(config)
        self.customerSiteID = try reader.value(.customerSiteID) { text throws(InvalidValue) in try CustomerSiteID(text) }
        self.token = try reader.value(.token) { text throws(InvalidValue) in try APIToken(text) }
        let environment = try reader.value(.environment, allowed: "production or staging", Endpoint.init(environment:))
        let endpoint = try reader.value(.endpoint) { text throws(InvalidValue) in try Endpoint(text) }
        self.endpoint = endpoint ?? environment ?? .production
        self.sink =
            try reader.value(.sink, allowed: SinkKind.allCases.map(\.rawValue).joined(separator: ", ")) { SinkKind(rawValue: $0) }
            ?? .http
        self.filePath = reader.text(.filePath)
        self.storePath = reader.text(.storePath)

        var batches = BatchPolicy()
        if let size = try reader.value(.batchSize, allowed: "a whole number from 1 to 10000", Self.integer(in: 1...10_000)) {
            batches.maximumEvents = size
        }
        if let seconds = try reader.value(.flushInterval, allowed: "seconds from 0.001 to 3600", Self.seconds) {
            batches.interval = seconds
        }
        self.batches = batches
        var queue = QueueLimits()
        let capacityRange = 1...10_000_000
        if let capacity = try reader.value(
            .queueCapacity,
            allowed: "a whole number from 1 to 10000000",
            Self.integer(in: capacityRange)
        ) {
            queue.events = capacity
        }
        self.queue = queue
        self.urlParameters = Set(
            try reader.value(.urlParameters) { _ throws(InvalidValue) in
                let names = reader.list(.urlParameters)
                for name in names { try URLParameter.checkName(name) }
                return names
            } ?? []
        )
        self.trustedProxies =
            try reader.value(.trustedProxies) { text throws(InvalidValue) in try TrustedProxies(text) } ?? TrustedProxies()
        self.consent = try reader.value(.consent) { text throws(InvalidValue) in try ConsentPolicy(setting: text) } ?? .always
        self.host = reader.text(.host) ?? "127.0.0.1"
        self.port = try reader.value(.port, allowed: "a whole number from 0 to 65535", Self.integer(in: 0...65_535)) ?? 8080
        self.logLevel =
            try reader.value(.logLevel, allowed: Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")) {
                Logger.Level(rawValue: $0)
            } ?? .info

        try self.checkUnsupported(reader)
        try self.checkTogether(reader, isEndpointSet: endpoint != nil || environment != nil)
    }

    /// Settings that mean a promise are refused rather than ignored where nothing keeps it.
    private func checkUnsupported(_ reader: SettingReader) throws(SettingError) {
        #if !SQLite
        if let text = reader.text(.storePath) {
            throw reader.wrong(.storePath, text, allowed: "nothing, as the package trait SQLite is off")
        }
        #endif
    }

    /// What settings ask of one another.
    private func checkTogether(_ reader: SettingReader, isEndpointSet: Bool) throws(SettingError) {
        if self.sink == .file, self.filePath == nil {
            throw .missing(Setting.filePath.name, allowed: "the path of a file, as TRACIFY_SINK is file")
        }
        if self.sink == .http, self.token == nil, isEndpointSet {
            throw .missing(Setting.token.name, allowed: "the API key, as an endpoint or environment is set")
        }
        if self.sink == .http, self.token != nil, self.customerSiteID == nil {
            throw .missing(Setting.customerSiteID.name, allowed: "a UUID, 8-4-4-4-12 hexadecimal digits, as a token is set")
        }
    }

    private static func integer(in range: ClosedRange<Int>) -> (String) -> Int? {
        { text in Int(text).flatMap { range.contains($0) ? $0 : nil } }
    }

    private static func seconds(_ text: String) -> Duration? {
        guard let seconds = Double(text), (0.001...3600).contains(seconds) else { return nil }
        return .seconds(seconds)
    }
}

extension TracifySettings {
    /// The settings of the tracker.
    ///
    /// - Throws: ``SettingError`` when there is no site id.
    public func trackerConfiguration() throws(SettingError) -> Tracker.Configuration {
        guard let id = self.customerSiteID else {
            throw .missing(Setting.customerSiteID.name, allowed: "a UUID, 8-4-4-4-12 hexadecimal digits")
        }
        var configuration = Tracker.Configuration(customerSiteID: id)
        configuration.batches = self.batches
        configuration.queue = self.queue
        configuration.capture.urlParameters = self.urlParameters
        configuration.capture.trustedProxies = self.trustedProxies
        configuration.capture.consent = self.consent
        return configuration
    }

    /// The sink that the settings name.
    ///
    /// - Throws: ``SettingError`` when the HTTP sink has no token, or the file cannot be used.
    public func makeSink() throws(SettingError) -> any EventSink {
        switch self.sink {
        case .http:
            guard let token = self.token else { throw .missing(Setting.token.name, allowed: "the API key") }
            var configuration = HTTPSink.Configuration(token: token)
            configuration.endpoint = self.endpoint
            return HTTPSink(configuration: configuration)
        case .file:
            guard let path = self.filePath else { throw .missing(Setting.filePath.name, allowed: "the path of a file") }
            do {
                return try FileSink(path: path)
            } catch {
                throw .wrong(
                    Setting.filePath.name,
                    value: path,
                    allowed: "a regular file of one event a line that can be written (\(error.operation): \(error.problem))"
                )
            }
        case .memory:
            return InMemorySink()
        }
    }
}

#if SQLite
extension TracifySettings {
    /// The store that the settings name.
    ///
    /// - Parameter logger: Where is logged what was wrong with the file.
    /// - Returns: `nil` when none is named.
    /// - Throws: ``SettingError`` when the file cannot be used.
    public func makeStore(logger: Logger) throws(SettingError) -> (any EventStore)? {
        guard let path = self.storePath else { return nil }
        do throws(EventStoreError) {
            return try SQLiteEventStore(configuration: SQLiteEventStore.Configuration(path: path), logger: logger)
        } catch {
            throw .wrong(Setting.storePath.name, value: path, allowed: "a file that this process alone can write (\(error))")
        }
    }
}
#endif

extension Endpoint {
    fileprivate init?(environment: String) {
        switch environment {
        case "production": self = .production
        case "staging": self = .staging
        default: return nil
        }
    }
}
#endif
