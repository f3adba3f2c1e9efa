//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if SQLite
import SimulatedDisk
import Tracify

@testable import TracifySQLite

/// What SQLite and the store find on a disk after a power loss.
struct PowerLossOutcome: Sendable {
    /// The number of the order that is appended to each opened store.
    static let newOrder = 1_000_000

    /// What is wrong whatever the store should hold.
    private(set) var problem: String?
    /// The number of the tables and rows as SQLite alone reads them.
    let fingerprint: UInt64
    /// What the store holds; `nil` when it was not read.
    private(set) var content: StoreContent?
    /// The position of an order that was appended; 0 when there was no room.
    private(set) var newPosition: UInt64 = 0

    /// Opens the file with SQLite alone, and in another copy of the state with the store.
    ///
    /// - Parameters:
    ///   - walk: The point of the power loss.
    ///   - loss: What it leaves.
    ///   - image: A disk for the copies, on which no file is open.
    ///   - position: The highest position that the store had given.
    ///   - reads: Whether the store reads all events. That takes most of the time, and SQLite has read them already.
    ///   - opening: How to open the store.
    init(
        of walk: LogWalk,
        _ loss: PowerLoss,
        image: SimulatedDisk,
        after position: UInt64,
        reads: Bool,
        opening: StoreOpening
    ) async {
        walk.write(loss, to: image)
        let inspection = image.inspect(StoreOpening.path)
        self.fingerprint = inspection.fingerprint
        if let problem = inspection.problem { self.problem = "SQLite: \(problem)" }
        walk.write(loss, to: image)
        await self.use(image, after: position, reads: reads, opening: opening)
    }

    /// Opens the store, appends an order and closes the store.
    ///
    /// - Returns: The length of the disk's log when the order had been appended.
    static func reopen(_ disk: SimulatedDisk, opening: StoreOpening) async throws -> Int {
        let store = try opening.open(disk)
        _ = try await store.appendUnlessFull([event(PowerLossOutcome.newOrder)])
        let end = disk.logLength
        await store.close()
        return end
    }

    /// Opens the store, appends an order and closes the store.
    private mutating func use(_ disk: SimulatedDisk, after position: UInt64, reads: Bool, opening: StoreOpening) async {
        let log = LogRecorder()
        do {
            let store = try opening.open(disk, log: log)
            do {
                try await self.use(store, after: position, reads: reads)
            } catch {
                self.problem = "\(error)"
            }
            if store.quarantinePath != nil { self.problem = "quarantined" }
            await store.close()
        } catch {
            self.problem = "\(error)"
        }
        if let error = log.errors.first { self.problem = "logged an error: \(error)" }
    }

    private mutating func use(_ store: SQLiteEventStore, after position: UInt64, reads: Bool) async throws {
        let pending = try await store.summary().pending.values.reduce(0, +)
        if reads {
            let content = try await StoreContent(of: store)
            guard content.pending.count == pending else { throw PowerLossFailure("a wrong summary") }
            self.content = content
        }
        guard try await store.appendUnlessFull([event(PowerLossOutcome.newOrder)]) != nil else { return }
        let events = try await store.read(.orders, after: position, count: .max).events
        guard let stored = events.last, number(stored) == PowerLossOutcome.newOrder else {
            throw PowerLossFailure("a new order has the position of an earlier event")
        }
        self.newPosition = stored.position
    }
}
#endif
