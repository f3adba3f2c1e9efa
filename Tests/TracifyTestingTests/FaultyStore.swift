//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Foundation
import Synchronization
import Tracify
import TracifyTesting

/// A store in memory that does not meet one requirement.
final class FaultyStore: EventStore {
    /// A fault, with ten times the number of the requirement.
    enum Fault: Int, Sendable, CaseIterable {
        case readsNewestFirst = 10
        case losesSite = 11
        case readsLastPositionAgain = 12
        case settlesOtherLane = 20
        case reusesPositions = 30
        case hidesEvictions = 40
        case evictsProductViewsFirst = 41
        case evictsOrdersForOrders = 42
        case evictsOrdersForPageViews = 50
        case appendsInPart = 60
        case ignoresFailures = 70
        case deletesFailed = 71
        case throwsForUnknownPositions = 72
        case returnsOldestLettersFirst = 80
        case changesReason = 81
        case hidesRefusal = 90
        case ignoresReason = 100
        case selectsLettersOfTheTime = 101
        case requeuesWithFailures = 110
        case requeuesAll = 111
        case countsNoDiscarded = 120
        case countsNoDeadLetters = 130
        case findsOrdersByPrefix = 140
        case forgetsSettledOrders = 141
        case forgetsFailures = 150
        case losesConcurrentAppends = 160
        case returnsAfterClosing = 170
        case losesCancelledAppends = 180
        case appendsHalfWhenCancelled = 181
        case throwsForeignError = 190
        case showsContent = 191
        case hangs = 200
        case hangsWhenClosing = 201
        case keepsDeliveredThatFailed = 210
        case erasesOrders = 220
        case erasesPendingOnly = 221

        var requirement: Int { self.rawValue / 10 }
    }

    private struct Foreign: Error {}

    private struct State {
        /// The difference between a position of the store in memory and the one that is shown.
        var offset: UInt64 = 0
        var lastPosition: UInt64 = 0
        var isReopened = false
        var failed: Set<UInt64> = []
        var appends = 0
    }

    private let fault: Fault
    private let clock: GatedClock
    private let store = InMemoryEventStore(maximumEvents: 300, maximumDeadLetters: 20)
    private let state = Mutex(State())

    init(_ fault: Fault, clock: GatedClock) {
        self.fault = fault
        self.clock = clock
    }

    func reopen() {
        self.store.reopen()
        self.state.withLock { state in
            state.isReopened = true
            // As an SQLite table without AUTOINCREMENT does when it is empty.
            if self.fault == .reusesPositions { state.offset = state.lastPosition }
        }
    }

    // MARK: - Events

    func append(_ events: [EncodedEvent]) async throws -> [EventType: Int] {
        switch self.fault {
        case .hidesEvictions:
            _ = try await self.store.append(events)
            return [:]
        case .evictsProductViewsFirst:
            let evicted = try await self.store.append(events.map(Self.swapped))
            return Dictionary(uniqueKeysWithValues: evicted.map { (Self.swapped($0.key), $0.value) })
        case .losesConcurrentAppends: return try await self.appendAlone(events)
        case .losesCancelledAppends where Task.isCancelled: return [:]
        case .appendsHalfWhenCancelled where Task.isCancelled:
            _ = try await self.store.append(Array(events.prefix(events.count / 2)))
            throw CancellationError()
        case .hangs: try await self.hang()
        default: break
        }
        do {
            return try await self.store.append(events)
        } catch let error as EventStoreError {
            return try await self.recover(from: error, events)
        }
    }

    private func recover(from error: EventStoreError, _ events: [EncodedEvent]) async throws -> [EventType: Int] {
        switch self.fault {
        case .evictsOrdersForOrders where error.code == .full: return try await self.evictOrders(for: events)
        case .evictsOrdersForPageViews where error.code == .full && events.allSatisfy { $0.type == .pageView }:
            return try await self.evictOrders(for: events)
        case .appendsInPart where error.code == .full: for event in events { _ = try await self.store.append([event]) }
        case .returnsAfterClosing where error.code == .closed: return [:]
        case .throwsForeignError: throw Foreign()
        case .showsContent: throw EventStoreError(error.code, events.map { String(decoding: $0.json, as: UTF8.self) }.joined())
        default: break
        }
        throw error
    }

    private func evictOrders(for events: [EncodedEvent]) async throws -> [EventType: Int] {
        let oldest = try await self.store.read(.orders, after: 0, count: events.count).events
        _ = try await self.store.settle(oldest.map { Settlement(position: $0.position, outcome: .dropped) })
        return try await self.store.append(events)
    }

    /// Appends events, and loses them when another append runs.
    private func appendAlone(_ events: [EncodedEvent]) async throws -> [EventType: Int] {
        let isAlone = self.state.withLock { state in
            state.appends += 1
            return state.appends == 1
        }
        defer { self.state.withLock { $0.appends -= 1 } }
        // Other appends begin meanwhile.
        for _ in 0..<100 { await Task.yield() }
        return isAlone ? try await self.store.append(events) : [:]
    }

    func read(_ lane: DeliveryLane, after position: UInt64, count: Int) async throws -> StoredEvents {
        let (offset, isReopened) = self.state.withLock { ($0.offset, $0.isReopened) }
        let (start, overflows) = position.addingReportingOverflow(offset)
        let isInclusive = self.fault == .readsLastPositionAgain && position > 0
        let stored = try await self.store.read(lane, after: overflows ? .max : isInclusive ? start - 1 : start, count: count)
            .events
        self.state.withLock { $0.lastPosition = max($0.lastPosition, stored.last?.position ?? 0) }
        var events = stored.map { stored in
            StoredEvent(
                position: stored.position - offset,
                event: self.shown(stored.event),
                failures: self.fault == .forgetsFailures && isReopened ? 0 : stored.failures
            )
        }
        if self.fault == .readsNewestFirst { events.reverse() }
        return StoredEvents(events: events)
    }

    private func shown(_ event: EncodedEvent) -> EncodedEvent {
        switch self.fault {
        case .losesSite: EncodedEvent(id: event.id, type: event.type, date: event.date, json: event.json, orderID: event.orderID)
        case .evictsProductViewsFirst: Self.swapped(event)
        default: event
        }
    }

    private static func swapped(_ event: EncodedEvent) -> EncodedEvent {
        let type = self.swapped(event.type)
        return EncodedEvent(
            id: event.id,
            type: type,
            date: event.date,
            json: event.json,
            orderID: event.orderID,
            site: event.site
        )
    }

    private static func swapped(_ type: EventType) -> EventType {
        switch type {
        case .pageView: .productView
        case .productView: .pageView
        default: type
        }
    }

    func settle(_ settlements: [Settlement]) async throws -> SettlementResult {
        let offset = self.state.withLock { $0.offset }
        var settlements = settlements.map { Settlement(position: $0.position &+ offset, outcome: $0.outcome) }
        switch self.fault {
        case .settlesOtherLane:
            if let other = try await self.store.read(.observations, after: 0, count: 1).events.first {
                settlements.append(Settlement(position: other.position, outcome: .delivered))
            }
        case .ignoresFailures: settlements.removeAll { $0.outcome == .failed }
        case .deletesFailed:
            settlements = settlements.map {
                Settlement(position: $0.position, outcome: $0.outcome == .failed ? .dropped : $0.outcome)
            }
        case .throwsForUnknownPositions:
            var known: Set<UInt64> = []
            for lane in DeliveryLane.allCases {
                known.formUnion(try await self.store.read(lane, after: 0, count: .max).events.map(\.position))
            }
            guard known.isSuperset(of: settlements.map(\.position)) else { throw EventStoreError(.disk, "a position is unknown") }
        case .keepsDeliveredThatFailed:
            let failed = self.state.withLock { state in
                state.failed.formUnion(settlements.filter { $0.outcome == .failed }.map(\.position))
                return state.failed
            }
            settlements.removeAll { $0.outcome == .delivered && failed.contains($0.position) }
        default: break
        }
        let result = try await self.store.settle(settlements)
        return self.fault == .hidesRefusal ? SettlementResult(evicted: result.evicted) : result
    }

    // MARK: - Dead letters

    func deadLetters(_ selection: DeadLetterSelection, count: Int) async throws -> [DeadLetter] {
        var selection = selection
        switch self.fault {
        case .ignoresReason: selection.reason = nil
        case .selectsLettersOfTheTime:
            selection.before = selection.before.map {
                Date(timeIntervalSinceReferenceDate: $0.timeIntervalSinceReferenceDate.nextUp)
            }
        case .returnsOldestLettersFirst:
            return try await Array(self.store.deadLetters(selection, count: .max).reversed().prefix(count))
        default: break
        }
        return try await self.store.deadLetters(selection, count: count)
            .map { letter in
                guard self.fault == .changesReason else { return letter }
                return DeadLetter(event: letter.event, reason: letter.reason.uppercased(), date: letter.date)
            }
    }

    func requeueDeadLetters(_ selection: DeadLetterSelection) async throws -> Int {
        let count = try await self.store.requeueDeadLetters(self.fault == .requeuesAll ? .all : selection)
        if self.fault == .requeuesWithFailures {
            let stored = try await self.store.read(.orders, after: 0, count: .max).events
            _ = try await self.store.settle(stored.map { Settlement(position: $0.position, outcome: .failed) })
        }
        return count
    }

    func discardDeadLetters(_ selection: DeadLetterSelection) async throws -> [EventType: Int] {
        let counts = try await self.store.discardDeadLetters(selection)
        return self.fault == .countsNoDiscarded ? [:] : counts
    }

    func eraseObservations(of visitor: AnonymizedHash) async throws -> [EventType: Int] {
        switch self.fault {
        case .erasesOrders:
            let orders = try await self.store.read(.orders, after: 0, count: .max).events.filter { $0.event.isOf(visitor) }
            _ = try await self.store.settle(orders.map { Settlement(position: $0.position, outcome: .dropped) })
            return try await self.store.eraseObservations(of: visitor)
        case .erasesPendingOnly:
            let events = try await self.store.read(.observations, after: 0, count: .max).events.filter { $0.event.isOf(visitor) }
            _ = try await self.store.settle(events.map { Settlement(position: $0.position, outcome: .dropped) })
            return events.reduce(into: [:]) { $0[$1.event.type, default: 0] += 1 }
        default: return try await self.store.eraseObservations(of: visitor)
        }
    }

    // MARK: - Numbers and orders

    func summary() async throws -> EventStoreSummary {
        let summary = try await self.store.summary()
        guard self.fault == .countsNoDeadLetters else { return summary }
        return EventStoreSummary(pending: summary.pending, deadLetters: [:], oldest: summary.oldest)
    }

    func deliveries(ofOrder id: String) async throws -> [OrderDelivery] {
        let entries = try await self.store.deliveries(ofOrder: id)
        switch self.fault {
        case .findsOrdersByPrefix: return try await entries + self.store.deliveries(ofOrder: id + "0")
        case .forgetsSettledOrders: return entries.filter { $0.state != .delivered && $0.state != .discarded }
        default: return entries
        }
    }

    func close() async {
        if self.fault == .hangsWhenClosing { try? await self.hang() }
        await self.store.close()
    }

    /// Waits until the call is cancelled, and ends the time limit.
    private func hang() async throws {
        self.clock.end()
        try await Gate().wait()
    }
}
