//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Synchronization

@testable import Tracify

/// A store that accepts everything, keeps nothing and records the names of the calls.
final class RecordingStore: EventStore {
    private let names = Mutex<[String]>([])

    var calls: [String] { self.names.withLock { $0 } }

    private func note(_ name: String = #function) {
        self.names.withLock { $0.append(String(name.prefix { $0 != "(" })) }
    }

    func append(_ events: [EncodedEvent]) async throws -> [EventType: Int] {
        self.note()
        return [:]
    }

    func read(_ lane: DeliveryLane, after position: UInt64, count: Int) async throws -> StoredEvents {
        self.note()
        return StoredEvents(events: [])
    }

    func settle(_ settlements: [Settlement]) async throws -> SettlementResult {
        self.note()
        return SettlementResult()
    }

    func deadLetters(_ selection: DeadLetterSelection, count: Int) async throws -> [DeadLetter] {
        self.note()
        return []
    }

    func requeueDeadLetters(_ selection: DeadLetterSelection) async throws -> Int {
        self.note()
        return 0
    }

    func discardDeadLetters(_ selection: DeadLetterSelection) async throws -> [EventType: Int] {
        self.note()
        return [:]
    }

    func summary() async throws -> EventStoreSummary {
        self.note()
        return EventStoreSummary(pending: [:], deadLetters: [:], oldest: nil)
    }

    func deliveries(ofOrder id: String) async throws -> [OrderDelivery] {
        self.note()
        return []
    }

    func close() async {
        self.note()
    }
}
