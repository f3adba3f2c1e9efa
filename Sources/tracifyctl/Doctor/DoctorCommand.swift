//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Tool
import ArgumentParser
import Configuration
import Tracify
import TracifyConfiguration
import TracifyHTTP

/// Checks whether an app can track and deliver on this machine.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Checks settings, token, endpoint, certificate, clock, proxies and store of this machine.",
        discussion: """
            Run it where the app runs, as its user and with its settings. The endpoint gets one GET request without a token and without \
            events. The exit code is 1 when a check fails; warnings do not change it.

            EXAMPLES
              tracifyctl doctor --env-file /etc/shop/env
              TRACIFY_ENVIRONMENT=staging tracifyctl doctor --send-test-event
            """
    )

    @OptionGroup var sources: SettingOptions

    @Flag(help: "Send one page view. Only to staging or to an endpoint on this machine.")
    var sendTestEvent = false

    @Flag(help: "Print one JSON object a line.")
    var json = false

    func run() async throws {
        let settings = try self.sources.load()
        let checkups = SettingsCheckups(settings)
        var results = checkups.run()
        var output = Output()
        let style = Style.standardOutput
        for result in results { try output.line(self.json ? result.json.line : result.text(style)) }
        // What follows may take some seconds.
        try output.flush()
        let connected = await self.connect(settings, checkups)
        for result in connected { try output.line(self.json ? result.json.line : result.text(style)) }
        try output.flush()
        results += connected
        guard !results.contains(where: { $0.status == .fail }) else { throw ExitCode.failure }
    }

    private func connect(_ settings: LoadedSettings, _ checkups: SettingsCheckups) async -> [Checkup] {
        guard checkups.hasEndpoint, settings["TRACIFY_SINK"] ?? "http" == "http" else {
            return [.warn("endpoint", "Not checked: the settings name none.", "Correct the settings first.")]
        }
        do throws(ConfigurationError) {
            var withToken = settings
            if !checkups.hasToken {
                withToken.remove("TRACIFY_TOKEN_FILE")
                withToken.set("TRACIFY_TOKEN", "none", source: "tracifyctl")
            }
            let configuration = try HTTPSink.Configuration(config: withToken.config, environment: withToken.variables)
            let results = await EndpointCheckups.run(configuration)
            return self.sendTestEvent ? results + [await self.testEvent(configuration, settings, checkups)] : results
        } catch {
            // One cause is one failure.
            return checkups.problems.contains { $0.name == error.name }
                ? [.warn("endpoint", "Not checked, because \(error.name) is wrong.", "Correct the settings first.")]
                : [.fail("endpoint", "Not checked: \(error).")]
        }
    }

    private func testEvent(
        _ configuration: HTTPSink.Configuration,
        _ settings: LoadedSettings,
        _ checkups: SettingsCheckups
    ) async -> Checkup {
        guard checkups.problems.isEmpty else {
            return .warn("test event", "Not sent, because the settings are wrong.", "Correct the settings first.")
        }
        guard checkups.hasToken else { return .fail("test event", "Not sent, because there is no token.") }
        do {
            let tracker = try Tracker.Configuration(config: settings.config)
            let host = tracker.capture.sites.first { $0.host.isExact }?.host.description ?? "shop.example"
            return await TestEvent.send(configuration, customerSiteID: tracker.customerSiteID, host: host)
        } catch {
            return .fail("test event", "Not sent: \(error).")
        }
    }
}
#endif
