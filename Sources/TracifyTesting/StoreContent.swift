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
import Tracify

/// The rules of an event store as a value: the content of ``InMemoryEventStore``, and the model of the conformance suite.
struct StoreContent: Sendable {
    /// The pending events, by position.
    var pending: [StoredEvent] = []
    /// The dead letters, the oldest first.
    var letters: [DeadLetter] = []
    /// What became of orders, the oldest first.
    private var ledger: [OrderDelivery] = []
    private(set) var lastPosition: UInt64 = 0
    private let maximumEvents: Int
    private let maximumDeadLetters: Int

    private static let maximumLedgerEntries = 100_000

    init(maximumEvents: Int = .max, maximumDeadLetters: Int = .max) {
        self.maximumEvents = maximumEvents
        self.maximumDeadLetters = maximumDeadLetters
    }

    /// Appends events as if all were stored first, and then the oldest of the lowest priority were evicted until all fit.
    mutating func append(_ events: [EncodedEvent]) throws(EventStoreError) -> [EventType: Int] {
        var content = self
        for event in events { content.insert(event) }
        let highest = events.lazy.map { EventPriority($0.type) }.max() ?? .pageViews
        let evicted = content.evict(content.pending.count - self.maximumEvents, upTo: highest)
        let own = events.count { EventPriority($0.type) == highest }
        let kept = content.pending.count { $0.position > self.lastPosition && EventPriority($0.event.type) == highest }
        guard content.pending.count <= self.maximumEvents, kept == own else {
            throw EventStoreError(
                .full,
                "Cannot append \(events.count) events: the limit is reached. Raise `maximumEvents` or restore delivery."
            )
        }
        self = content
        return evicted
    }

    private mutating func insert(_ event: EncodedEvent) {
        self.lastPosition += 1
        self.pending.append(StoredEvent(position: self.lastPosition, event: event))
    }

    /// Evicts pending events, except orders, the oldest of the lowest priority first.
    ///
    /// - Parameters:
    ///   - count: The number of events.
    ///   - highest: The highest priority that is evicted.
    /// - Returns: The number of evicted events, by type.
    mutating func evict(_ count: Int, upTo highest: EventPriority = .interest) -> [EventType: Int] {
        var remaining = count
        var counts: [EventType: Int] = [:]
        for priority in EventPriority.allCases where priority <= min(highest, .interest) && remaining > 0 {
            self.pending.removeAll { stored in
                guard remaining > 0, EventPriority(stored.event.type) == priority else { return false }
                remaining -= 1
                counts[stored.event.type, default: 0] += 1
                return true
            }
        }
        return counts
    }

    /// Replaces the pending events after a position by the same events with the positions that a store gave them.
    mutating func setPositions(after position: UInt64, _ stored: [StoredEvent]) {
        self.pending.removeAll { $0.position > position }
        self.pending += stored
        self.lastPosition = max(position, stored.last?.position ?? 0)
    }

    func read(_ lane: DeliveryLane, after position: UInt64, count: Int) -> [StoredEvent] {
        Array(
            self.pending.lazy.filter { $0.position > position && DeliveryLane($0.event.type) == lane }.prefix(max(0, count))
        )
    }

    // MARK: - Settling

    mutating func settle(_ settlements: [Settlement], at date: Date) -> SettlementResult {
        var evicted: [EventType: Int] = [:]
        var refused: [UInt64] = []
        for settlement in settlements {
            guard let index = self.pending.firstIndex(where: { $0.position == settlement.position }) else { continue }
            let stored = self.pending[index]
            switch settlement.outcome {
            case .delivered, .dropped:
                self.pending.remove(at: index)
                self.record(stored.event, settlement.outcome == .delivered ? .delivered : .discarded, at: date)
            case .failed:
                self.pending[index] = StoredEvent(
                    position: stored.position,
                    event: stored.event,
                    failures: stored.failures + 1
                )
            case .deadLetter(let reason):
                let letter = DeadLetter(event: stored.event, reason: reason, date: date)
                if let counts = self.add(letter) {
                    self.pending.remove(at: index)
                    evicted.merge(counts, uniquingKeysWith: +)
                } else {
                    refused.append(stored.position)
                }
            }
        }
        return SettlementResult(evicted: evicted, refused: refused)
    }

    /// Adds a dead letter, and returns what was evicted for it; `nil` when it is an order and orders fill the limit.
    private mutating func add(_ letter: DeadLetter) -> [EventType: Int]? {
        let orders = self.letters.count { EventPriority($0.event.type) == .orders }
        if EventPriority(letter.event.type) == .orders, orders >= self.maximumDeadLetters { return nil }
        self.letters.append(letter)
        return self.evictLetters(self.letters.count - self.maximumDeadLetters)
    }

    /// Evicts dead letters, except those of orders, the oldest of the lowest priority first.
    mutating func evictLetters(_ count: Int) -> [EventType: Int] {
        var counts: [EventType: Int] = [:]
        for _ in 0..<max(0, count) {
            guard let lowest = self.letters.lazy.map({ EventPriority($0.event.type) }).min(), lowest != .orders,
                let index = self.letters.firstIndex(where: { EventPriority($0.event.type) == lowest })
            else { break }
            counts[self.letters.remove(at: index).event.type, default: 0] += 1
        }
        return counts
    }

    // MARK: - Dead letters

    mutating func requeue(_ selection: DeadLetterSelection) -> Int {
        let taken = self.letters.filter(selection.contains)
        self.letters.removeAll(where: selection.contains)
        for letter in taken { self.insert(letter.event) }
        return taken.count
    }

    mutating func discard(_ selection: DeadLetterSelection, at date: Date) -> [EventType: Int] {
        let taken = self.letters.filter(selection.contains)
        self.letters.removeAll(where: selection.contains)
        for letter in taken { self.record(letter.event, .discarded, at: date) }
        return taken.reduce(into: [:]) { $0[$1.event.type, default: 0] += 1 }
    }

    /// Deletes the observations of a visitor, and their dead letters.
    mutating func eraseObservations(of visitor: AnonymizedHash) -> [EventType: Int] {
        let isErased = VisitorPattern(visitor).isErased
        let erased = (self.pending.map(\.event) + self.letters.map(\.event)).filter(isErased)
        self.pending.removeAll { isErased($0.event) }
        self.letters.removeAll { isErased($0.event) }
        return erased.reduce(into: [:]) { $0[$1.type, default: 0] += 1 }
    }

    // MARK: - Numbers and orders

    var summary: EventStoreSummary {
        EventStoreSummary(
            pending: self.pending.reduce(into: [:]) { $0[$1.event.type, default: 0] += 1 },
            deadLetters: self.letters.reduce(into: [:]) { $0[$1.event.type, default: 0] += 1 },
            oldest: self.pending.lazy.map(\.event.date).min()
        )
    }

    func deliveries(ofOrder id: String) -> [OrderDelivery] {
        let pending = self.pending.reversed().compactMap { StoreContent.delivery($0.event, .pending, at: $0.event.date) }
        let letters = self.letters.compactMap { StoreContent.delivery($0.event, .deadLetter(reason: $0.reason), at: $0.date) }
        let settled = (letters + self.ledger).filter { $0.orderID == id }.enumerated()
            .sorted { ($0.element.date, $0.offset) > ($1.element.date, $1.offset) }
            .map(\.element)
        return pending.filter { $0.orderID == id } + settled
    }

    private mutating func record(_ event: EncodedEvent, _ state: OrderDelivery.State, at date: Date) {
        guard let entry = StoreContent.delivery(event, state, at: date) else { return }
        self.ledger.append(entry)
        // Some at a time, which costs less than one for each new entry.
        if self.ledger.count > StoreContent.maximumLedgerEntries {
            self.ledger.removeFirst(StoreContent.maximumLedgerEntries / 10)
        }
    }

    private static func delivery(_ event: EncodedEvent, _ state: OrderDelivery.State, at date: Date) -> OrderDelivery? {
        event.orderID.map { OrderDelivery(orderID: $0, type: event.type, eventID: event.id, state: state, date: date) }
    }
}
