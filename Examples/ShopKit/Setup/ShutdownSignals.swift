//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Configuration && TestKit
import Foundation
import Logging
import ServiceLifecycle
import UnixSignals

/// The signals that end a shop: the first shuts the services down gracefully, a second one ends the process at once.
///
/// A service group with `gracefulShutdownSignals` of its own traps the signals until it has ended and ignores all but the first, so
/// that Ctrl-C has no effect while a shutdown waits for its deadline.
enum ShutdownSignals {
    /// Runs a group that has no signals of its own.
    static func run(_ group: ServiceGroup, logger: Logger) async throws {
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
        let watch = Task {
            var isShuttingDown = false
            for await signal in signals {
                if isShuttingDown {
                    logger.warning("A second signal ends the process; undelivered events that are not in a store are lost")
                    // The exit code of a process that a signal ended, as shells report it. Not `exit`, which may wait.
                    _exit(128 + signal.rawValue)
                }
                isShuttingDown = true
                logger.notice("Shutting down; another signal ends the process at once", metadata: ["signal": "\(signal)"])
                await group.triggerGracefulShutdown()
            }
        }
        defer { watch.cancel() }
        try await group.run()
    }
}
#endif
