//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Configuration
import Configuration
import Logging
import Tracify
import TracifyConfiguration

#if canImport(SystemPackage)
import SystemPackage
#else
import System
#endif

private func environment() throws -> Tracker {
    // sample begin
    let tracker = try Tracker(config: ConfigReader(provider: EnvironmentVariablesProvider()))
    // sample end
    return tracker
}

private func file() async throws -> Tracker {
    // sample begin
    let config = ConfigReader(providers: [
        EnvironmentVariablesProvider(),
        try await FileProvider<JSONSnapshot>(filePath: "/etc/shop/settings.json"),
    ])
    let tracker = try Tracker(config: config)
    // sample end
    return tracker
}

private func environmentFile() async throws -> Tracker {
    // sample begin
    let config = ConfigReader(providers: [
        EnvironmentVariablesProvider(),
        try await EnvironmentVariablesProvider(environmentFilePath: "/etc/shop/tracify.env"),
    ])
    let tracker = try Tracker(config: config)
    // sample end
    return tracker
}

private func debug(_ config: ConfigReader) throws -> Tracker {
    // sample begin
    var logger = Logger(label: "tracify")
    logger.logLevel = .debug
    let tracker = try Tracker(config: config, logger: logger)
    // sample end
    return tracker
}

private func drain() async throws -> Bool {
    // sample begin
    let tracker = try Tracker(config: ConfigReader(provider: EnvironmentVariablesProvider()))
    let isDrained = try await withTracker(tracker) { tracker in await tracker.flush(within: .seconds(600)) }
    // sample end
    return isDrained
}

private func parts(_ config: ConfigReader) throws -> Tracker {
    // sample begin
    var configuration = try Tracker.Configuration(config: config)
    configuration.batches.maximumBytes = 1 << 20
    let tracker = try Tracker(configuration: configuration, sink: InMemorySink())
    // sample end
    return tracker
}
#endif
