//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Configuration && TestKit
public import Configuration
public import Logging
import TracifyConfiguration

/// The settings of an example shop, without the tracker's.
public struct ShopSettings: Sendable {
    /// The address to listen on.
    ///
    /// `HOST`. Default: `127.0.0.1`.
    public let host: String
    /// The port to listen on, 0 for any free port.
    ///
    /// `PORT`. Default: 8080.
    public let port: Int
    /// Whether the server uses HTTP/2 in cleartext instead of HTTP/1.1.
    ///
    /// `HTTP2`. Default: no.
    public let isHTTP2: Bool
    /// The minimum level of log lines.
    ///
    /// `LOG_LEVEL`. Default: `info`.
    public let logLevel: Logger.Level
    /// The path of the shop's SQLite database, or `nil` to keep orders in memory.
    ///
    /// `SHOP_DATABASE_PATH`.
    let databasePath: String?
    /// The port of the shop's own collector, 0 for any free port, or `nil` if it is not set.
    ///
    /// `TRACIFY_COLLECTOR_PORT`.
    let collectorPort: Int?

    /// Reads the settings.
    ///
    /// - Parameter config: The configuration.
    /// - Throws: An error that names the setting, its value and what is allowed.
    public init(config: ConfigReader) throws {
        self.host = Self.text(config, ["host"]) ?? "127.0.0.1"
        self.port = try Self.port(config, ["port"], name: "PORT") ?? 8080
        self.databasePath = Self.text(config, ["shop", "databasePath"])
        self.collectorPort = try Self.port(config, ["tracify", "collectorPort"], name: "TRACIFY_COLLECTOR_PORT")
        self.isHTTP2 =
            switch Self.text(config, ["http2"]) {
            case nil, "false": false
            case "true": true
            case let value?: throw ShopSettingError(name: "HTTP2", value: value, allowed: "true or false")
            }
        let level = Self.text(config, ["logLevel"]) ?? "info"
        guard let logLevel = Logger.Level(rawValue: level) else {
            let allowed = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
            throw ShopSettingError(name: "LOG_LEVEL", value: level, allowed: allowed)
        }
        self.logLevel = logLevel
    }

    /// Returns a variable's value, or `nil` if it is missing or empty.
    private static func text(_ config: ConfigReader, _ key: ConfigKey) -> String? {
        config.string(forKey: key).flatMap { $0.isEmpty ? nil : $0 }
    }

    private static func port(_ config: ConfigReader, _ key: ConfigKey, name: String) throws -> Int? {
        guard let text = self.text(config, key) else { return nil }
        guard let port = Int(text), (0...65_535).contains(port) else {
            throw ShopSettingError(name: name, value: text, allowed: "a whole number from 0 to 65535")
        }
        return port
    }
}

/// An error about a setting of the shop, in one line.
struct ShopSettingError: Error, CustomStringConvertible {
    let name: String
    let value: String
    let allowed: String

    var description: String { "\(self.name) is \"\(self.value.prefix(100))\"; allowed: \(self.allowed)" }
}
#endif
