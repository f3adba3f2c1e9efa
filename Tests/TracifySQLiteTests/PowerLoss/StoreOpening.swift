//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if SQLite
import Foundation
import SimulatedDisk
import Tracify

@testable import TracifySQLite

/// How to open the store on a simulated disk.
struct StoreOpening: Sendable {
    /// The path of the store on each disk.
    static let path = "/disk/events.sqlite"

    var synchronization: SQLiteEventStore.Synchronization = .full

    func open(_ disk: SimulatedDisk, log: LogRecorder = LogRecorder()) throws -> SQLiteEventStore {
        var configuration = SQLiteEventStore.Configuration(path: StoreOpening.path)
        // The smallest allowed size, so that few events fill the store, and checkpoints are frequent.
        configuration.maximumBytes = 1 << 20
        configuration.maximumDeadLetters = 20
        configuration.lockTimeout = .zero
        configuration.synchronization = self.synchronization
        return try SQLiteEventStore(
            configuration: configuration,
            logger: log.logger,
            fileSystem: SimulatedFileSystem(disk: disk),
            vfsName: disk.vfsName,
            now: { Date(timeIntervalSince1970: 1_718_973_397) }
        )
    }
}
#endif
