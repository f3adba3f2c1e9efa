//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Configuration
public import Configuration
import Tracify
public import TracifyHTTP
#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

extension HTTPSink.Configuration {
    /// Creates the settings of an HTTP sink from a configuration.
    ///
    /// The proxy is that of the environment variables `https_proxy` and `no_proxy`.
    ///
    /// - Parameters:
    ///   - config: The configuration, with the keys of the article "Settings".
    ///   - environment: The environment variables that name the proxy; the process's own when not given.
    /// - Throws: ``ConfigurationError`` when there is no token, or about the first setting that is not allowed.
    public init(
        config: ConfigReader,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(ConfigurationError) {
        let reader = SettingReader(config)
        guard let token = try Self.token(reader) else {
            throw .missing(
                Setting.token.name,
                allowed: "the API key that Tracify gives to you, or a file that holds it in \(Setting.tokenFile.name)"
            )
        }
        self.init(token: token)
        self.endpoint = try Endpoint(reader) ?? .production
        self.certificateAuthorities = try reader.value(.caFile) { path throws(ValidationError) in
            try CertificateAuthorityFile.check(path)
            return path
        }
        self.proxy = try ProxyVariables.proxy(for: self.endpoint, environment)
    }

    /// Returns the token of the setting, or else the file that holds it.
    private static func token(_ reader: SettingReader) throws(ConfigurationError) -> TokenSource? {
        if let token = try reader.value(.token, { text throws(ValidationError) in try APIToken(text) }) { return .fixed(token) }
        return try reader.value(.tokenFile) { path throws(ValidationError) in
            let file = TokenSource.file(path)
            _ = try file.read()
            return file
        }
    }
}

extension Endpoint {
    /// Returns the endpoint that the settings name, by its URL or by its environment; `nil` when they name none.
    init?(_ reader: SettingReader) throws(ConfigurationError) {
        let environment = try reader.value(.environment, allowed: "production or staging", Endpoint.init(environment:))
        let endpoint = try reader.value(.endpoint) { text throws(ValidationError) in try Endpoint(text) }
        if endpoint != nil, let text = reader.text(.environment) {
            throw reader.invalid(.environment, text, allowed: "nothing, because \(Setting.endpoint.name) is set")
        }
        guard let endpoint = endpoint ?? environment else { return nil }
        self = endpoint
    }

    private init?(environment: String) {
        switch environment {
        case "production": self = .production
        case "staging": self = .staging
        default: return nil
        }
    }
}
#endif
