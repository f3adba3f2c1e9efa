//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Tool
import Configuration
import Tracify
import TracifyConfiguration
import TracifyHTTP
#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// The checks that need no connection.
struct SettingsCheckups {
    let settings: LoadedSettings
    let problems: [ConfigurationError]

    init(_ settings: LoadedSettings) {
        self.settings = settings
        self.problems = SettingsCheck.problems(in: settings.variables)
    }

    /// Whether the settings are enough to connect to the endpoint.
    var hasEndpoint: Bool {
        !self.problems.contains { ["TRACIFY_ENDPOINT", "TRACIFY_ENVIRONMENT", "TRACIFY_CA_FILE"].contains($0.name) }
    }

    /// Whether there is a token that may be sent.
    var hasToken: Bool {
        (self.settings["TRACIFY_TOKEN"] ?? self.settings["TRACIFY_TOKEN_FILE"]) != nil
            && !self.problems.contains { $0.name.hasPrefix("TRACIFY_TOKEN") }
    }

    func run() -> [Checkup] {
        self.settingNames() + self.site() + [self.token(), self.proxies(), self.sites(), self.store()]
    }

    private func settingNames() -> [Checkup] {
        let token = Set(["TRACIFY_TOKEN", "TRACIFY_TOKEN_FILE"])
        let failures = self.problems.filter { !token.contains($0.name) }.map { Checkup.fail("settings", "\($0.description).") }
        guard failures.isEmpty else { return failures }
        let count = SettingDescription.all.filter { self.settings[$0.name] != nil }.count
        guard self.settings["TRACIFY_ENABLED"] != "false" else {
            return [.warn("settings", "TRACIFY_ENABLED is false: nothing is captured.", "Remove it to turn tracking on.")]
        }
        return [.ok("settings", "\(count.counted("setting")) set, all allowed.")]
    }

    /// The customer site ID, which is no secret; nothing when it is missing or wrong.
    private func site() -> [Checkup] {
        guard let id = self.settings["TRACIFY_CUSTOMER_SITE_ID"].flatMap({ try? CustomerSiteID($0) }) else { return [] }
        return [.ok("site", "Events are those of the customer site ID \(id).")]
    }

    private func token() -> Checkup {
        if let problem = self.problems.first(where: { $0.name.hasPrefix("TRACIFY_TOKEN") }) {
            return .fail("token", "\(problem.description).")
        }
        if self.settings["TRACIFY_TOKEN"] != nil { return .ok("token", "TRACIFY_TOKEN is set. \(Self.isNotChecked)") }
        guard let path = self.settings["TRACIFY_TOKEN_FILE"] else { return .ok("token", "None is needed.") }
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & 0o007 != 0 else {
            return .ok("token", "The file \(path) holds a token. \(Self.isNotChecked)")
        }
        return .warn("token", "Every user of this machine can access \(path).", "Set its mode to 0400 or 0440.")
    }

    private static let isNotChecked =
        "Whether it is accepted is not checked: --send-test-event shows it on staging, the health of the app in production."

    private func proxies() -> Checkup {
        guard let proxies = self.settings["TRACIFY_TRUSTED_PROXIES"] else {
            return .warn(
                "proxies",
                "No proxy is trusted.",
                "Set TRACIFY_TRUSTED_PROXIES if a proxy or load balancer is in front: otherwise all visitors have its address."
            )
        }
        guard !self.problems.contains(where: { $0.name == "TRACIFY_TRUSTED_PROXIES" }) else {
            return .fail("proxies", "TRACIFY_TRUSTED_PROXIES is not allowed.")
        }
        guard !proxies.contains("/0") else {
            return .warn(
                "proxies",
                "Every address is trusted, so visitors can choose theirs.",
                "Name the networks of your proxies in TRACIFY_TRUSTED_PROXIES."
            )
        }
        return .ok("proxies", "Trusted: \(proxies).")
    }

    private func sites() -> Checkup {
        guard let sites = self.settings["TRACIFY_SITES"] else {
            return .warn(
                "sites",
                "Pages of any host are reported, and a client chooses the host that it names.",
                "Set TRACIFY_SITES to the hosts of the shop."
            )
        }
        return self.problems.contains { $0.name == "TRACIFY_SITES" }
            ? .fail("sites", "TRACIFY_SITES is not allowed.") : .ok("sites", "Reported: \(sites).")
    }

    private func store() -> Checkup {
        guard let path = self.settings["TRACIFY_STORE_PATH"] else {
            return .warn(
                "store",
                "Events wait in memory only: an outage of the destination and a restart lose them.",
                "Set TRACIFY_STORE_PATH to a file on a local disk."
            )
        }
        let directory = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        var status = stat()
        guard stat(directory, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            return .fail("store", "The directory \(directory) does not exist.", "Create it, owned by the user of the app.")
        }
        guard access(directory, W_OK) == 0 else {
            return .fail(
                "store",
                "This user cannot write to \(directory).",
                "Run the check as the user of the app, or change the owner."
            )
        }
        if access(path, F_OK) == 0, access(path, R_OK | W_OK) != 0 {
            return .fail(
                "store",
                "This user cannot write to \(path).",
                "Run the check as the user of the app, or change the owner."
            )
        }
        let disk = DiskInspector(path: directory)
        if let kind = disk.networkKind {
            return .fail("store", "\(directory) is on a network file system (\(kind)).", "Move the store to a local disk.")
        }
        let free = disk.freeBytes.map { $0 >> 20 }
        if let free, free < 1024 {
            return .warn("store", "Only \(free.grouped) MiB are free in \(directory).", "The store may take 1 GiB by default.")
        }
        return .ok("store", "\(path) can be written\(free.map { ", \($0.grouped) MiB are free" } ?? "").")
    }
}
#endif
