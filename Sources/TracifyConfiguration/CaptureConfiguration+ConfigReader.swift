//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Configuration
public import Configuration
import HTTPTypes
public import Tracify

extension CaptureConfiguration {
    /// Creates the settings of capture from a configuration.
    ///
    /// - Parameter config: The configuration, with the keys of the article "Settings".
    /// - Throws: ``ConfigurationError`` about the first setting that is not allowed.
    public init(config: ConfigReader) throws(ConfigurationError) {
        self.init()
        let reader = SettingReader(config)
        let names = try reader.list(.urlParameters) { name throws(ValidationError) in
            try URLParameter.checkName(name)
            return name
        }
        self.urlParameters = Set(names ?? [])
        self.consent = try reader.value(.consent) { text throws(ValidationError) in try ConsentPolicy(setting: text) } ?? .always
        self.excludedPaths = try reader.list(.excludedPaths) { text throws(ValidationError) in try PathPattern(text) } ?? []
        self.productPaths = try reader.list(.productPaths) { text throws(ValidationError) in try PathPattern(text) } ?? []
        self.isAlwaysHTTPS = try reader.flag(.alwaysHTTPS) ?? self.isAlwaysHTTPS
        self.lowercasesEmail = try reader.flag(.lowercaseEmail) ?? self.lowercasesEmail
        self.trustedProxies = try Self.trustedProxies(reader)
        self.sites = try Self.sites(reader)
        self.excludedNetworks = try reader.list(.excludedNetworks) { text throws(ValidationError) in try IPNetwork(text) } ?? []
        let types = EventType.allCases.map(\.rawValue).joined(separator: ", ")
        let events = try reader.list(.events) { text throws(ValidationError) in
            guard let type = EventType(rawValue: text) else {
                throw ValidationError(field: "events", code: .outOfRange, allowed: types)
            }
            return type
        }
        self.events = events.map { Set($0) } ?? self.events
        let redactions = ["default": Redaction(), "off": .off]
        self.redaction = try reader.value(.redaction, allowed: "default or off") { redactions[$0] } ?? self.redaction
        self.redaction.maximumSegmentLength = try reader.integer(.maximumSegmentLength, in: 1...8192)
        self.excludedReferrers =
            try reader.list(.excludedReferrers) { text throws(ValidationError) in try HostPattern(text) } ?? []
        self.countsCrawlers = try reader.flag(.countCrawlers) ?? self.countsCrawlers
        self.urlQueryKeys = Set(try reader.list(.urlQueryKeys) { text throws(ValidationError) in text } ?? [])
    }

    private static func sites(_ reader: SettingReader) throws(ConfigurationError) -> [Site] {
        let sites = try reader.list(.sites) { text throws(ValidationError) in
            let parts = text.split(separator: "=", maxSplits: 1)
            guard parts.count == 2 else { return try Site(text) }
            return try Site(String(parts[0]), customerSiteID: try CustomerSiteID(String(parts[1])))
        }
        guard let sites, !sites.contains(where: \.host.isExact) else { return sites ?? [] }
        throw reader.invalid(.sites, reader.text(.sites) ?? "", allowed: "at least one host without a star")
    }

    private static func trustedProxies(_ reader: SettingReader) throws(ConfigurationError) -> TrustedProxies {
        var proxies =
            try reader.value(.trustedProxies) { text throws(ValidationError) in try TrustedProxies(text) } ?? TrustedProxies()
        let header = try reader.value(.proxyHeader, allowed: "the name of a header field") { HTTPField.Name($0) }
        let presets = TrustedProxies.Preset.all
        let preset = try reader.value(.proxyPreset, allowed: presets.map(\.description).joined(separator: ", ")) { text in
            presets.first { $0.description == text }
        }
        for setting in [Setting.proxyHeader, .proxyPreset, .forwardedHost] {
            guard let text = reader.text(setting), proxies.networks.isEmpty, !proxies.trustsUnixSocket else { continue }
            throw reader.invalid(setting, text, allowed: "only together with \(Setting.trustedProxies.name)")
        }
        if let preset { proxies.apply(preset) }
        proxies.trustsForwardedHost = try reader.flag(.forwardedHost) ?? proxies.trustsForwardedHost
        switch header {
        case nil: break
        case HTTPField.Name("X-Forwarded-For"): proxies.header = .xForwardedFor
        case HTTPField.Name("Forwarded"): proxies.header = .forwarded
        case let name?: proxies.header = .named(name)
        }
        return proxies
    }
}
#endif
