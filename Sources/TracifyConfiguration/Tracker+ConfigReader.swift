//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Configuration
public import Configuration
public import Logging
public import Tracify
import TracifyHTTP
#if NATS
import TracifyNATS
#endif
#if SQLite
import TracifySQLite
#endif
#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

extension Tracker {
    /// Creates a tracker with its sink and its store from a configuration: the whole production wiring in one call.
    ///
    /// ```swift
    /// let tracker = try Tracker(config: ConfigReader(provider: EnvironmentVariablesProvider()))
    /// ```
    ///
    /// ## Configuration keys
    ///
    /// All settings of the article "Settings". Each has a default except the site's ID and the token. A setting whose value is not
    /// allowed, a setting that contradicts another, and an environment variable whose name begins with `TRACIFY_` and is not a
    /// setting stop the start.
    ///
    /// With `TRACIFY_ENABLED=false` the tracker captures nothing. It needs neither the site's ID nor the token, and opens no file.
    ///
    /// - Parameters:
    ///   - config: The configuration.
    ///   - logger: The logger of the tracker and the store.
    ///   - environment: The environment variables whose names are checked for typing errors, and which name the proxy; the process's own
    ///     when not given.
    /// - Throws: ``ConfigurationError`` about the first wrong setting; `TrackerError`.
    public convenience init(
        config: ConfigReader,
        logger: Logger = Logger(label: "tracify"),
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws {
        try SettingNames.check(environment)
        let reader = SettingReader(config)
        let isEnabled = try reader.flag(.enabled) ?? true
        try Self.checkDestination(reader, needsToken: isEnabled)
        let configuration = try Configuration(config: config)
        let sinkKind = try Self.sinkKind(reader)
        #if SQLite
        _ = try reader.storeMaximumBytes()
        #endif
        guard isEnabled else {
            // A disabled tracker delivers nothing: neither the sink nor the store is opened.
            try self.init(configuration: configuration, sink: InMemorySink(), logger: logger)
            return
        }
        let sink = try Self.makeSink(sinkKind, config, reader, environment, logger)
        try self.init(
            configuration: configuration,
            sink: sink,
            store: try Self.makeStore(config, reader, logger: logger),
            logger: logger
        )
    }

    /// Checks the settings that name a destination, whatever the sink: each needs a token.
    static func checkDestination(_ reader: SettingReader, needsToken: Bool) throws(ConfigurationError) {
        _ = try Endpoint(reader)
        guard needsToken, reader.text(.token) == nil, reader.text(.tokenFile) == nil else { return }
        for setting in [Setting.endpoint, .environment, .sink] {
            guard let text = reader.text(setting), setting.name != Setting.sink.name || text == "http" else { continue }
            throw .missing(Setting.token.name, allowed: "the API key that Tracify gives to you, because \(setting.name) is set")
        }
    }

    static func sinkKind(_ reader: SettingReader) throws(ConfigurationError) -> String {
        #if NATS
        let kinds = ["http", "file", "memory", "nats"]
        #else
        let kinds = ["http", "file", "memory"]
        #endif
        return try reader.value(.sink, allowed: kinds.joined(separator: ", ")) { kinds.contains($0) ? $0 : nil } ?? "http"
    }

    static func checkFilePath(_ kind: String, _ reader: SettingReader) throws(ConfigurationError) {
        guard kind != "file", let path = reader.text(.filePath) else { return }
        throw reader.invalid(.filePath, path, allowed: "nothing, unless \(Setting.sink.name) is file")
    }

    private static func makeSink(
        _ kind: String,
        _ config: ConfigReader,
        _ reader: SettingReader,
        _ environment: [String: String],
        _ logger: Logger
    ) throws -> any EventSink {
        try self.checkFilePath(kind, reader)
        switch kind {
        case "file":
            let configuration = try FileSink.Configuration(config: config)
            do {
                return try FileSink(configuration: configuration)
            } catch {
                throw reader.invalid(
                    .filePath,
                    configuration.path,
                    allowed: "a regular file of one event a line that can be written (\(error))"
                )
            }
        case "memory":
            return InMemorySink()
        #if NATS
        case "nats":
            return try JetStreamSink(configuration: JetStreamConfiguration(config: config), logger: logger)
        #endif
        default:
            return try HTTPSink(configuration: try HTTPSink.Configuration(config: config, environment: environment))
        }
    }

    private static func makeStore(
        _ config: ConfigReader,
        _ reader: SettingReader,
        logger: Logger
    ) throws(ConfigurationError) -> (any EventStore)? {
        guard let path = reader.text(.storePath) else { return nil }
        #if SQLite
        let configuration = try SQLiteEventStore.Configuration(config: config)
        do {
            return try SQLiteEventStore(configuration: configuration, logger: logger)
        } catch {
            throw reader.invalid(.storePath, path, allowed: "a file that this process alone can write (\(error))")
        }
        #else
        throw reader.invalid(.storePath, path, allowed: "nothing, because the package trait SQLite is off")
        #endif
    }
}
#endif
