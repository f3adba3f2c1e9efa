//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Configuration && NATS
public import Configuration
#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
import Tracify
public import TracifyNATS

extension JetStreamConfiguration {
    /// Creates the settings of the brokers from a configuration.
    ///
    /// - Parameter config: The configuration, with the keys of the article "Settings".
    /// - Throws: ``ConfigurationError`` when no broker is named, or about the first setting that is not allowed.
    public init(config: ConfigReader) throws(ConfigurationError) {
        let reader = SettingReader(config)
        let servers = try reader.list(.natsServers) { text throws(ValidationError) in
            try JetStreamConfiguration.checkServer(text)
            return text
        }
        guard let servers, !servers.isEmpty else {
            throw .missing(Setting.natsServers.name, allowed: "the URLs of the brokers, separated by commas")
        }
        self.init(servers: servers)
        self.credentialsPath = try reader.value(.natsCredentialsFile, Self.readableFile)
        self.tls.certificateAuthorities = try reader.value(.natsCAFile, Self.readableFile)
        self.tls.certificate = try reader.value(.natsCertificateFile, Self.readableFile)
        self.tls.privateKey = try reader.value(.natsKeyFile, Self.readableFile)
        for (one, other) in [(Setting.natsCertificateFile, Setting.natsKeyFile), (.natsKeyFile, .natsCertificateFile)]
        where reader.text(one) != nil && reader.text(other) == nil {
            throw .missing(other.name, allowed: "a file, because \(one.name) is set")
        }
        self.prefix =
            try reader.value(.natsPrefix) { text throws(ValidationError) in
                try JetStreamConfiguration.checkPrefix(text)
                return text
            } ?? self.prefix
    }

    private static func readableFile(_ path: String) throws(ValidationError) -> String {
        guard !path.contains("\0"), FileManager.default.isReadableFile(atPath: path) else {
            throw ValidationError(field: "path", code: .malformed, allowed: "the path of a file that can be read")
        }
        return path
    }
}
#endif
