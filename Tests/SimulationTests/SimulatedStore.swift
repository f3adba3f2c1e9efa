//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Foundation
import Tracify

/// The rules of an event store in memory: what is in it survives the simulated process.
struct SimulatedStore {
    private(set) var events: [(position: UInt64, event: EncodedEvent, failures: Int)] = []
    private(set) var letters: [DeadLetter] = []
    private var lastPosition: UInt64 = 0
    private let maximumEvents: Int
    private let maximumDeadLetters: Int

    init(maximumEvents: Int, maximumDeadLetters: Int) {
        self.maximumEvents = maximumEvents
        self.maximumDeadLetters = maximumDeadLetters
    }

    /// Commits events, and returns those that were evicted for them; `nil` when they do not fit.
    mutating func append(_ events: [EncodedEvent]) -> [EncodedEvent]? {
        var evicted: [EncodedEvent] = []
        var incoming = events
        var kept = self.events
        while kept.count + incoming.count > self.maximumEvents {
            let highest = incoming.map { Self.rank($0.type) }.max() ?? 0
            if let index = kept.indices.filter({ Self.rank(kept[$0].event.type) < 2 })
                .min(by: { Self.order(kept[$0]) < Self.order(kept[$1]) }), Self.rank(kept[index].event.type) <= highest
            {
                evicted.append(kept.remove(at: index).event)
            } else if let index = incoming.firstIndex(where: { Self.rank($0.type) < highest }) {
                evicted.append(incoming.remove(at: index))
            } else {
                return nil
            }
        }
        self.events = kept
        for event in incoming {
            self.lastPosition += 1
            self.events.append((self.lastPosition, event, 0))
        }
        return evicted
    }

    func read(_ lane: DeliveryLane, after position: UInt64, count: Int) -> [StoredEvent] {
        self.events.lazy.filter { $0.position > position && DeliveryLane($0.event.type) == lane }.prefix(count)
            .map { StoredEvent(position: $0.position, event: $0.event, failures: $0.failures) }
    }

    /// Records outcomes, and returns the dead letters that were evicted and the positions that were refused.
    mutating func settle(_ settlements: [Settlement], at date: Date) -> (evicted: [EncodedEvent], refused: [UInt64]) {
        var evicted: [EncodedEvent] = []
        var refused: [UInt64] = []
        for settlement in settlements {
            guard let index = self.events.firstIndex(where: { $0.position == settlement.position }) else { continue }
            switch settlement.outcome {
            case .delivered, .dropped: self.events.remove(at: index)
            case .failed: self.events[index].failures += 1
            case .deadLetter(let reason):
                let letter = DeadLetter(event: self.events[index].event, reason: reason, date: date)
                if self.letters.count >= self.maximumDeadLetters {
                    if let victim = self.letters.firstIndex(where: { Self.rank($0.event.type) < 2 }) {
                        evicted.append(self.letters.remove(at: victim).event)
                    } else if Self.rank(letter.event.type) == 2 {
                        refused.append(settlement.position)
                        continue
                    } else {
                        evicted.append(letter.event)
                        self.events.remove(at: index)
                        continue
                    }
                }
                self.letters.append(letter)
                self.events.remove(at: index)
            }
        }
        return (evicted, refused)
    }

    var pendingIDs: Set<EventID> { Set(self.events.map(\.event.id)) }
    var letterIDs: Set<EventID> { Set(self.letters.map(\.event.id)) }

    func contains(_ id: EventID) -> Bool { self.events.contains { $0.event.id == id } }

    mutating func requeue() {
        for letter in self.letters {
            self.lastPosition += 1
            self.events.append((self.lastPosition, letter.event, 0))
        }
        self.letters = []
    }

    mutating func discard() -> [DeadLetter] {
        defer { self.letters = [] }
        return self.letters
    }

    private static func rank(_ type: EventType) -> Int { EventPriority(type).rawValue }

    private static func order(_ entry: (position: UInt64, event: EncodedEvent, failures: Int)) -> (Int, UInt64) {
        (self.rank(entry.event.type), entry.position)
    }
}
