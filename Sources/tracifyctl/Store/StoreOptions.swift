//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Tool
import ArgumentParser
import Tracify
import TracifyConfiguration
import TracifySQLite
#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The options that say where the store is.
struct StoreOptions: ParsableArguments {
    @Option(help: "The path of the store. Default: TRACIFY_STORE_PATH.")
    var path: String?

    @Option(help: "A file of lines NAME=value with the settings of the app. The environment goes first.")
    var envFile: String?

    /// Opens an existing store.
    ///
    /// - Returns: The store.
    /// - Throws: ``ToolError``.
    func open() throws -> SQLiteEventStore {
        let (path, settings) = try self.location()
        var configuration = SQLiteEventStore.Configuration(path: path)
        configuration.lockTimeout = .zero
        // The tool must not delete what the app would keep under limits of its own code.
        configuration.maximumDeadLetters = 10_000_000
        configuration.maximumLedgerEntries = 10_000_000
        configuration.ledgerDuration = .seconds(366 * 86_400)
        if settings["TRACIFY_STORE_MAXIMUM_BYTES"] != nil {
            var settings = settings
            settings.set("TRACIFY_STORE_PATH", path, source: "--path")
            configuration.maximumBytes = try SQLiteEventStore.Configuration(config: settings.config).maximumBytes
        }
        do {
            return try SQLiteEventStore(configuration: configuration, logger: ToolLogger.warnings)
        } catch let error as EventStoreError {
            throw ToolError(error, path: path)
        }
    }

    /// Returns the path of a file that exists, and the settings.
    func location() throws(ToolError) -> (path: String, settings: LoadedSettings) {
        let settings = try LoadedSettings(environment: ProcessInfo.processInfo.environment, envFile: self.envFile)
        guard let path = self.path ?? settings["TRACIFY_STORE_PATH"] else {
            throw ToolError("No store is named. Give --path or set TRACIFY_STORE_PATH.", .validationFailure)
        }
        // Opening a path that does not exist would create a store. Only its log may be left, which `repair` quarantines.
        let manager = FileManager.default
        guard manager.fileExists(atPath: path) || manager.fileExists(atPath: "\(path)-wal") else {
            throw ToolError("There is no event store at \(path). Check the path.", .noInput)
        }
        return (path, settings)
    }
}

extension ToolError {
    /// Creates the error about a store.
    init(_ error: EventStoreError, path: String) {
        switch error.code {
        case .inUse:
            self.init("The event store at \(path) is in use by a running process. Stop it first.", .temporaryFailure)
        case .notEventStore: self.init(error.reason, .dataFormat)
        default: self.init(error.reason)
        }
    }
}
#endif
