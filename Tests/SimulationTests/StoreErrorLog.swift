//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if SQLite
import Foundation
import Logging
import Synchronization

/// The wall clock of a store.
final class WallClock: Sendable {
    private let value = Mutex(Date(timeIntervalSince1970: 0))

    var date: Date { self.value.withLock { $0 } }

    func set(_ date: Date) { self.value.withLock { $0 = date } }
}

/// The errors that a store logs: no fault of a simulation damages its file.
final class StoreErrorLog: Sendable {
    private let errors = Mutex<[String]>([])

    var logger: Logger { Logger(label: "simulation") { _ in Handler(log: self) } }

    func take() -> [String] {
        self.errors.withLock { errors in
            defer { errors = [] }
            return errors
        }
    }

    private struct Handler: LogHandler {
        let log: StoreErrorLog
        var metadata: Logger.Metadata = [:]
        var logLevel: Logger.Level = .error

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { self.metadata[key] }
            set { self.metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let problem = event.metadata?["problem"].map { " \($0)" } ?? ""
            let text = "the store logged an error: \(event.message)\(problem)".replacingOccurrences(of: "\n", with: " ")
            self.log.errors.withLock { $0.append(text) }
        }
    }
}
#endif
