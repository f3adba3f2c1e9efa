//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Foundation
import Synchronization

@testable import Tracify

/// An event store in memory whose calls a test makes fail or hang.
final class FaultyStore: EventStore {
    enum Call: Hashable {
        case append, read, settle, close, summary, erase
    }

    struct State {
        var lastPosition: UInt64 = 0
        var events: [StoredEvent] = []
        var letters: [DeadLetter] = []
        var failing: Set<Call> = []
        var hanging: Set<Call> = []
        var damaged: [EventType: Int] = [:]
        var calls: [Call: Int] = [:]
    }

    private let state = Mutex(State())
    private let gate = StubbornSink()

    var events: [StoredEvent] { self.state.withLock { $0.events } }

    func change(_ body: (inout State) -> Void) { self.state.withLock { body(&$0) } }
    func calls(_ call: Call) -> Int { self.state.withLock { $0.calls[call, default: 0] } }
    func release() { self.gate.release() }

    private func begin(_ call: Call) async throws {
        let (fails, hangs) = self.state.withLock { state in
            state.calls[call, default: 0] += 1
            return (state.failing.contains(call), state.hanging.contains(call))
        }
        if hangs { try? await self.gate.deliver(try .stub(["/"])) }
        if fails { throw EventStoreError(.disk, "a test requested this failure") }
    }

    func append(_ events: [EncodedEvent]) async throws -> [EventType: Int] {
        try await self.begin(.append)
        self.state.withLock { state in
            for event in events {
                state.lastPosition += 1
                state.events.append(StoredEvent(position: state.lastPosition, event: event))
            }
        }
        return [:]
    }

    func read(_ lane: DeliveryLane, after position: UInt64, count: Int) async throws -> StoredEvents {
        try await self.begin(.read)
        return self.state.withLock { state in
            defer { state.damaged = [:] }
            let events = state.events.filter { $0.position > position && DeliveryLane($0.event.type) == lane }
            return StoredEvents(events: Array(events.prefix(count)), damaged: state.damaged)
        }
    }

    func settle(_ settlements: [Settlement]) async throws -> SettlementResult {
        try await self.begin(.settle)
        self.state.withLock { state in
            for settlement in settlements {
                guard let index = state.events.firstIndex(where: { $0.position == settlement.position }) else { continue }
                let stored = state.events[index]
                switch settlement.outcome {
                case .delivered, .dropped: state.events.remove(at: index)
                case .failed:
                    state.events[index] = StoredEvent(
                        position: stored.position,
                        event: stored.event,
                        failures: stored.failures + 1
                    )
                case .deadLetter(let reason):
                    state.events.remove(at: index)
                    state.letters.append(DeadLetter(event: stored.event, reason: reason, date: Date()))
                }
            }
        }
        return SettlementResult()
    }

    func deadLetters(_ selection: DeadLetterSelection, count: Int) async throws -> [DeadLetter] {
        self.state.withLock { $0.letters.filter(selection.contains) }
    }

    func requeueDeadLetters(_ selection: DeadLetterSelection) async throws -> Int {
        let letters = self.state.withLock { state in
            defer { state.letters.removeAll(where: selection.contains) }
            return state.letters.filter(selection.contains)
        }
        _ = try await self.append(letters.map(\.event))
        return letters.count
    }

    func discardDeadLetters(_ selection: DeadLetterSelection) async throws -> [EventType: Int] { [:] }

    func eraseObservations(of visitor: AnonymizedHash) async throws -> [EventType: Int] {
        try await self.begin(.erase)
        return self.state.withLock { state in
            let isErased = { (event: EncodedEvent) in DeliveryLane(event.type) == .observations && event.isOf(visitor) }
            let erased = (state.events.map(\.event) + state.letters.map(\.event)).filter(isErased)
            state.events.removeAll { isErased($0.event) }
            state.letters.removeAll { isErased($0.event) }
            return erased.reduce(into: [:]) { $0[$1.type, default: 0] += 1 }
        }
    }

    func summary() async throws -> EventStoreSummary {
        try await self.begin(.summary)
        return self.state.withLock { state in
            EventStoreSummary(
                pending: state.events.reduce(into: [:]) { $0[$1.event.type, default: 0] += 1 },
                deadLetters: [:],
                oldest: state.events.first?.event.date
            )
        }
    }

    func deliveries(ofOrder id: String) async throws -> [OrderDelivery] { [] }

    func close() async { try? await self.begin(.close) }
}
