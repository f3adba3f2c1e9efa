//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

// Outcomes and dead letters.
extension Exporter {
    /// Records outcomes: in the store, and for events that are in memory only among the dead letters there.
    func settle(_ events: [SettledEvent]) async {
        let refused = self.addToMemory(events.filter { $0.position == 0 })
        let stored = events.filter { $0.position > 0 }
        var refusedPositions: Set<UInt64> = []
        if let store = self.intake.store, !stored.isEmpty {
            do {
                let settlements = stored.map { Settlement(position: $0.position, outcome: $0.outcome) }
                let result = try await self.withinStoreTimeout { try await store.settle(settlements) }
                self.storeFailure = nil
                self.outcomes.statistics.drop(result.evicted, .deadLetterLimit)
                refusedPositions = Set(result.refused)
            } catch {
                // Those in memory are added again, too, which replaces them.
                self.core.settlementFailed(at: self.time)
                return self.noteStoreFailure(error, "Outcomes could not be recorded in the event store")
            }
        }
        let now = self.time
        let recorded = self.core.settled(
            refusing: { event in
                event.position > 0
                    ? refusedPositions.contains(event.position) : event.letter.map { refused.contains($0.event.id) } ?? false
            },
            at: now
        )
        self.outcomes.record(deadLetters: recorded, at: now)
    }

    /// Adds the dead letters of events that are in memory only.
    ///
    /// - Returns: The IDs of orders for which there is no room.
    private func addToMemory(_ events: [SettledEvent]) -> Set<EventID> {
        var refused: Set<EventID> = []
        for event in events {
            guard let letter = event.letter, case .deadLetter(let reason) = event.outcome else { continue }
            switch self.deadLetters.add(DeadLetter(event: letter.event, reason: reason, date: self.now())) {
            case .added: break
            case .evicted(let type): self.outcomes.statistics.drop(type, .deadLetterLimit)
            case .refused: refused.insert(letter.event.id)
            }
        }
        return refused
    }

    func deadLetters(_ selection: DeadLetterSelection, count: Int) async throws -> [DeadLetter] {
        let memory = self.deadLetters.newest(selection, count: count)
        guard let store = self.intake.store else { return memory }
        return memory + (try await store.deadLetters(selection, count: count - memory.count))
    }

    func requeueDeadLetters(_ selection: DeadLetterSelection) async throws -> Int {
        let letters = self.deadLetters.take(selection)
        let events = letters.map { StoredEvent(position: 0, event: $0.event) } + self.core.takeRefused()
        for lane in DeliveryLane.allCases {
            let batches = self.writer.batches(of: events.filter { DeliveryLane($0.event.type) == lane })
            self.core.requeue(batches.map(\.batch), to: lane)
        }
        self.outcomes.statistics.requeue(letters.count)
        var count = letters.count
        if let store = self.intake.store {
            let stored = try await store.requeueDeadLetters(selection)
            self.outcomes.statistics.requeue(stored)
            count += stored
        }
        self.core.deadLettersRemoved(at: self.time)
        self.intake.waker.wake()
        return count
    }

    func discardDeadLetters(_ selection: DeadLetterSelection) async throws -> Int {
        var counts: [EventType: Int] = [:]
        for letter in self.deadLetters.take(selection) { counts[letter.event.type, default: 0] += 1 }
        if let store = self.intake.store { counts.merge(try await store.discardDeadLetters(selection)) { $0 + $1 } }
        // Only then is there more room: to look for it in vain would cut the pauses of what failed short.
        if !counts.isEmpty {
            self.outcomes.statistics.drop(counts, .discarded)
            self.core.deadLettersRemoved(at: self.time)
            self.intake.waker.wake()
        }
        return counts.values.reduce(0, +)
    }

    /// Discards the dead letters that are older than the settings allow, at most once a minute, which is the least such age.
    func discardOldDeadLetters() async {
        if let next = self.nextDiscard, self.time < next { return }
        self.nextDiscard = self.time.advanced(by: .seconds(60))
        for lane in DeliveryLane.allCases {
            guard let age = self.configuration.retention.maximumDeadLetterAge(lane) else { continue }
            let selection = DeadLetterSelection(
                types: Set(EventType.allCases.filter { DeliveryLane($0) == lane }),
                before: self.now().addingTimeInterval(-(age / .seconds(1)))
            )
            _ = try? await self.withinStoreTimeout { try await self.discardDeadLetters(selection) }
        }
    }
}
