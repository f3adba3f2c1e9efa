//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Configuration && TestKit
import Configuration
import Foundation
import Logging
public import ServiceLifecycle
import Tracify
import TracifyTesting

/// The program of an example shop.
///
/// It reads the settings from the environment, runs the framework's server until shutdown, and prints the reason in one line if
/// the shop cannot start.
public enum ShopProgram {
    /// Runs a shop.
    ///
    /// - Parameters:
    ///   - name: The program's name, for its errors.
    ///   - makeServer: Creates the framework's server, which calls back with the port that it listens on.
    public static func run(
        _ name: String,
        _ makeServer: @Sendable (ShopSetup, _ onListening: @escaping @Sendable (_ port: Int) -> Void) async throws -> any Service
    ) async {
        do {
            let provider = EnvironmentVariablesProvider()
            let settings = try ShopSettings(config: ConfigReader(provider: provider))
            LoggingSystem.bootstrap { label in
                var handler = StreamLogHandler.standardError(label: label)
                handler.logLevel = settings.logLevel
                return handler
            }
            let setup = try await ShopSetup(settings, provider: provider, logger: Logger(label: "shop"))
            let collector = setup.collector
            let tracker = setup.tracker
            let server = try await makeServer(setup) { port in
                self.announce(host: settings.host, port: port, collector, tracker)
            }
            let group = ServiceGroup(
                configuration: .init(
                    services: setup.services(with: server),
                    logger: setup.logger
                )
            )
            do {
                try await ShutdownSignals.run(group, logger: setup.logger)
            } catch {
                throw ListeningError(error).map { $0.settingError(settings) } ?? error
            }
        } catch {
            // One line with the reason, which a stack trace would obscure.
            self.write("\(name): \(error)", to: .standardError)
            exit(1)
        }
    }

    private static func announce(host: String, port: Int, _ collector: Collector?, _ tracker: Tracker) {
        let host = host.contains(":") ? "[\(host)]" : host
        self.write("The shop is open: http://\(host):\(port)/", to: .standardOutput)
        if let collector {
            collector.observe(tracker, shop: "http://\(host):\(port)/")
            self.write("What it reports:  \(collector.url)/ (as JSON: \(collector.url)/events)", to: .standardOutput)
        }
    }

    /// Writes a line without buffering, unlike `print` when the output is a pipe.
    private static func write(_ line: String, to file: FileHandle) {
        try? file.write(contentsOf: Data("\(line)\n".utf8))
    }
}
#endif
