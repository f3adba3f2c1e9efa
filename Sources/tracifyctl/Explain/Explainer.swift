//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Tool
import ArgumentParser
import Tracify
import TracifyConfiguration

/// A tracker with an app's settings that only explains.
struct Explainer {
    let tracker: Tracker
    let encoding: EncodingConfiguration
    /// The site of a log, if none is given.
    let defaultSite: SiteOption
    /// What was assumed of the settings.
    let notes: [String]

    /// The ID of the site in predicted events if no setting has one: the nil UUID.
    private static let noSite = "00000000-0000-0000-0000-000000000000"

    /// Creates a tracker.
    ///
    /// - Parameter settings: The settings; those of delivery are not needed.
    /// - Throws: `ConfigurationError` about the first wrong setting.
    init(_ settings: LoadedSettings) throws {
        var settings = settings
        var notes: [String] = []
        if settings["TRACIFY_CUSTOMER_SITE_ID"] == nil {
            settings.set("TRACIFY_CUSTOMER_SITE_ID", Self.noSite, source: "tracifyctl")
            notes.append("Assumed: the site's ID \(Self.noSite), because TRACIFY_CUSTOMER_SITE_ID is not set.")
        }
        let configuration = try Tracker.Configuration(config: settings.config)
        if !configuration.isEnabled { notes.append("TRACIFY_ENABLED is false: the app reports nothing.") }
        self.tracker = try Tracker(configuration: configuration, sink: InMemorySink(), logger: ToolLogger.errors)
        self.encoding = configuration.encoding
        let host = configuration.capture.sites.first { $0.host.isExact }?.host.description
        self.defaultSite = SiteOption(scheme: "https", authority: host ?? "shop.example")
        self.notes = notes
    }
}

/// The value of `--site`.
struct SiteOption: Hashable {
    let scheme: String
    let authority: String

    init(scheme: String, authority: String) {
        self.scheme = scheme
        self.authority = authority
    }

    /// Creates a site from an origin, `https://shop.example`, or a host.
    init(_ text: String) throws(ToolError) {
        let url = text.contains("://") ? text : "https://\(text)"
        guard let parts = URLParts.texts(of: url), parts.scheme == "https" || parts.scheme == "http",
            parts.path.isEmpty || parts.path == "/", parts.query == nil,
            (try? Origin("\(parts.scheme)://\(parts.authority)")) != nil
        else {
            throw ToolError("--site must be an origin, such as https://shop.example.", .validationFailure)
        }
        self.scheme = parts.scheme
        self.authority = parts.authority.lowercased()
    }
}
#endif
