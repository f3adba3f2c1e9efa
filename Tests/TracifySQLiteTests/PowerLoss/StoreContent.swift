//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if SQLite
import Tracify
import TracifySQLite

/// What a store holds, in short form: the bytes are compared by a disk's fingerprint.
struct StoreContent: Hashable, Sendable {
    struct Entry: Hashable, Sendable {
        let number: Int
        let position: UInt64
        let type: EventType
        let bytes: Int
        let failures: Int
    }

    /// The pending events of both lanes, by position.
    var pending: [Entry] = []
    /// The numbers of the dead letters' events, the newest first.
    var dead: [Int] = []

    static let empty = StoreContent()

    /// The numbers of all events.
    var numbers: Set<Int> { Set(self.pending.map(\.number)).union(self.dead) }

    /// Reads everything, in several calls.
    init(of store: SQLiteEventStore) async throws {
        for lane in DeliveryLane.allCases {
            var position: UInt64 = 0
            while true {
                let read = try await store.read(lane, after: position, count: 200)
                guard read.damaged.isEmpty else { throw PowerLossFailure("\(read.damaged) damaged events") }
                guard let last = read.events.last else { break }
                position = last.position
                try self.pending.append(contentsOf: read.events.map(StoreContent.entry))
            }
        }
        self.pending.sort { $0.position < $1.position }
        let letters = try await store.deadLetters(.all, count: .max)
        self.dead = try letters.map { letter in
            guard let number = number(letter.event) else { throw PowerLossFailure("an unreadable dead letter") }
            return number
        }
    }

    private init() {}

    private static func entry(_ stored: StoredEvent) throws -> Entry {
        guard let number = number(stored) else { throw PowerLossFailure("an unreadable event at \(stored.position)") }
        return Entry(
            number: number,
            position: stored.position,
            type: stored.event.type,
            bytes: stored.event.json.count,
            failures: stored.failures
        )
    }
}

extension SQLiteEventStore {
    /// Appends events.
    ///
    /// - Returns: The number of evicted events; `nil` when nothing was appended, because orders fill the store.
    func appendUnlessFull(_ events: [EncodedEvent]) async throws -> Int? {
        do {
            return try await self.append(events).values.reduce(0, +)
        } catch {
            guard error.code == .full else { throw error }
            return nil
        }
    }
}

/// What is wrong after a power loss.
struct PowerLossFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
#endif
