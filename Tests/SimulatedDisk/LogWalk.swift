//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if SQLite
import CSimulatedDisk

/// The operations without a sync that a power loss leaves.
package struct PowerLoss: Hashable, Sendable, CustomStringConvertible {
    private enum Kind: Int32, Sendable {
        case loseAll, keepAll, keepSome, tearLast, keepSectors
    }

    private let kind: Kind
    package let seed: UInt64

    /// None.
    package static let loseAll = PowerLoss(kind: .loseAll, seed: 0)
    /// All, as after a crash of the process.
    package static let keepAll = PowerLoss(kind: .keepAll, seed: 0)

    /// A subset of the operations: few, half or most, by the seed.
    package static func keepSome(seed: UInt64) -> PowerLoss { PowerLoss(kind: .keepSome, seed: seed) }

    /// All, and of the last write only the first sectors of 512 bytes, by the seed.
    package static func tearLast(seed: UInt64) -> PowerLoss { PowerLoss(kind: .tearLast, seed: seed) }

    /// A subset of the sectors of all writes.
    package static func keepSectors(seed: UInt64) -> PowerLoss { PowerLoss(kind: .keepSectors, seed: seed) }

    package var description: String { "\(self.kind) \(self.seed)" }

    var raw: simdisk_policy { simdisk_policy(kind: self.kind.rawValue, seed: self.seed) }
}

/// A position in a disk's log, which moves forward: what is durable there, and what is not.
package final class LogWalk {
    private let handle: OpaquePointer
    private let disk: SimulatedDisk

    package init(of disk: SimulatedDisk, names: SimulatedDisk.NameRule) {
        self.disk = disk
        self.handle = simdisk_walk_create(disk.handle, names == .fileSync)
    }

    deinit {
        simdisk_walk_destroy(self.handle)
    }

    /// Moves to the position after a number of operations, which must not be before the present one.
    package func move(to point: Int) { simdisk_walk_to(self.handle, Int64(point)) }

    /// The number of operations that a power loss may undo.
    package var unsyncedCount: Int { Int(simdisk_walk_unsynced(self.handle)) }

    /// Returns a number that is the same for the same state.
    package func key(_ policy: PowerLoss) -> UInt64 { simdisk_walk_key(self.handle, policy.raw) }

    /// Replaces the content of another disk with what a power loss leaves.
    ///
    /// No file of the other disk may be open.
    package func write(_ policy: PowerLoss, to image: SimulatedDisk, records: Bool = false) {
        simdisk_walk_image(self.handle, policy.raw, image.handle, records)
    }
}
#endif
