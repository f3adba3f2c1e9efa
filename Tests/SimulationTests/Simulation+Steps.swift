//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Foundation

@testable import Tracify

// The counterpart of the exporter: carries out the core's steps.
extension Simulation {
    func step() {
        guard !self.process.isEnded else { return }
        let generation = self.process.generation
        while true {
            switch self.process.core.next(at: self.now) {
            case .deliver(let attempt): self.send(attempt)
            case .takeFromQueue(let lane, let isPartial, let isStored):
                let action = Action.take(lane, isPartial: isPartial, isStored: isStored, generation: generation)
                self.add(action, after: .microseconds(Int.random(in: 0...200, using: &self.random)))
            case .readStore(let lane, let position):
                let isHanging = self.storeResult(.readFails) == .hangs
                let delay = isHanging ? Self.storeTimeout : self.random.duration(0...3)
                self.add(.read(lane, after: position, generation: generation), after: delay)
            case .settle(let events):
                let isHanging = self.storeResult(.settleFails) == .hangs && events.contains { $0.position > 0 }
                let delay = isHanging ? Self.storeTimeout : self.random.duration(0...5)
                self.add(.settle(events, generation: generation), after: delay)
            case .wait(let time):
                if let time, self.process.timer != time {
                    self.process.timer = time
                    self.process.isStepDue = false
                    self.add(.step(generation: generation), at: time)
                }
                return
            case .end:
                return self.finishProcess()
            }
        }
    }

    private func send(_ attempt: DeliveryAttempt) {
        let poison = attempt.batch.compactMap { self.events[Int($0.id.low)].poison }
        self.checkSending(attempt)
        let answer = self.destination.answer(attempt.batch, poison: poison, at: self.now, &self.random)
        let half = answer.isHalfTaken ? attempt.batch.split(at: attempt.batch.count / 2)?.0 : nil
        if answer.isTaken { self.add(.arrivedAtDestination(half ?? attempt.batch), after: answer.delay / 2) }
        self.add(.answered(attempt, answer, generation: self.process.generation), after: answer.delay)
    }

    func answered(
        _ attempt: DeliveryAttempt,
        _ answer: SimulatedDestination.Answer,
        generation: Int
    ) {
        guard generation == self.process.generation, !self.process.isEnded else {
            // The process ended before the answer came.
            if answer.isTaken, answer.failure == nil { self.destination.excuse(attempt.batch) }
            return
        }
        let jitter = Double.random(in: 0...1, using: &self.random)
        let consequence = self.process.core.complete(attempt, answer.failure, at: self.now, jitter: jitter)
        self.process.writer.limitBatches(to: self.process.core.learnedBytes)
        self.checkAnswer(attempt, answer.failure, consequence)
        switch consequence {
        case .delivered:
            for (event, position) in zip(attempt.batch, attempt.batch.positions) {
                self.note(event, .delivered)
                if position > 0 { self.process.unsettled.insert(event.id) }
            }
        case .unconfirmed where attempt.lane == .observations:
            for event in attempt.batch { self.note(event, .dropped) }
        case .unconfirmed, .deadLetter, .retried:
            break
        }
        self.wake()
    }

    func take(_ lane: DeliveryLane, isPartial: Bool, isStored: Bool) {
        guard !self.process.isEnded else { return }
        let records = self.process.queue.take(self.scenario.batches.maximumEvents, of: lane, isPartial: isPartial)
        self.process.core.tookFromQueue(records.count, lane, isPartial: isPartial)
        guard !records.isEmpty else {
            if isStored {
                self.process.core.stored(lane, isEmpty: true)
            } else {
                self.process.core.add([], to: lane)
            }
            return self.wake()
        }
        let delay = self.random.once(in: 10) ? self.random.duration(1...100) : .zero
        self.add(.resolved(records, lane, isStored: isStored, generation: self.process.generation), after: delay)
    }

    func resolved(_ records: [QueuedRecord], _ lane: DeliveryLane, isStored: Bool, generation: Int) {
        guard generation == self.process.generation, !self.process.isEnded else { return self.lose(records) }
        let prepared = self.process.writer.prepare(records, onLoss: { _, _ in })
        if isStored, self.scenario.hasStore {
            let events = self.process.writer.events(of: prepared, onLoss: { _, _ in })
            let result = self.storeResult(.appendFails)
            let delay = result == .hangs ? Self.storeTimeout : self.random.duration(1...5)
            self.add(.stored(events, lane, result, generation: generation), after: delay)
        } else {
            self.add(self.process.writer.batches(of: prepared, onLoss: { _, _ in }), to: lane)
        }
    }

    private func add(_ batches: [EventBatch], to lane: DeliveryLane) {
        self.checkHolding(batches)
        self.process.core.add(batches, to: lane)
        self.wake()
    }

    private func lose(_ records: [QueuedRecord]) {
        for record in records {
            if case .encoded(let event) = record.content { self.note(event, .lostWithProcess) }
        }
    }

    func stored(_ events: [EncodedEvent], _ lane: DeliveryLane, _ result: StoreResult, generation: Int) {
        let isCurrent = generation == self.process.generation && !self.process.isEnded
        var isApplied = false
        switch self.commit(events, result, generation: generation) {
        case .committed: isApplied = true
        case .failed: break
        case .full:
            guard isCurrent else { return self.lose(events.map { QueuedRecord($0) }) }
            if lane == .observations {
                for event in events { self.note(event, .dropped) }
                self.process.core.stored(lane, isEmpty: true)
                return self.wake()
            }
        }
        guard isCurrent else {
            if !isApplied { self.lose(events.map { QueuedRecord($0) }) }
            return
        }
        if isApplied, result != .hangs {
            self.process.core.stored(lane, isEmpty: events.isEmpty)
            return self.wake()
        }
        // With a store that hangs, an event may be both in the store and in memory.
        if isApplied { for event in events { self.destination.excuse(event.id) } }
        self.process.core.storeFailed(at: self.now)
        let unstored = events.map { StoredEvent(position: 0, event: $0) }
        self.add(self.process.writer.batches(of: unstored).map(\.batch), to: lane)
    }

    func read(_ lane: DeliveryLane, after position: UInt64) {
        guard !self.process.isEnded else { return }
        let events = self.readStore(lane, after: position)
        // What is stored before the result is known is not in it.
        self.add(.readDone(lane, events, generation: self.process.generation), after: self.random.duration(0...3))
    }

    func readDone(_ lane: DeliveryLane, _ events: [StoredEvent]?) {
        guard !self.process.isEnded else { return }
        if let events {
            let batches = self.process.writer.batches(of: events)
            self.checkHolding(batches.filter { $0.failures < EventBatch.failuresOfSuspect }.map(\.batch))
            self.process.core.add(batches, read: events, from: lane)
        } else {
            self.process.core.readFailed(lane, at: self.now)
        }
        self.wake()
    }

    func settle(_ events: [SettledEvent]) {
        let stored = events.filter { $0.position > 0 }
        guard !self.process.isEnded else {
            // A crash may cut it off.
            if self.store.isCrashing, !stored.isEmpty { _ = self.settleStore(stored) }
            return
        }
        let refused = stored.isEmpty ? [] : self.settleStore(stored)
        self.add(.settled(events, refusing: refused, generation: self.process.generation), after: self.random.duration(0...2))
    }

    /// `refusedPositions` is `nil` when the store failed.
    func settled(_ events: [SettledEvent], refusing refusedPositions: Set<UInt64>?) {
        guard !self.process.isEnded else { return }
        guard let refusedPositions else {
            self.process.core.settlementFailed(at: self.now)
            return self.wake()
        }
        var refused: Set<EventID> = []
        for event in events where event.position == 0 {
            guard let letter = event.letter, case .deadLetter(let reason) = event.outcome else { continue }
            switch self.process.deadLetters.add(DeadLetter(event: letter.event, reason: reason, date: self.date)) {
            case .added: break
            // Which one it was is not said; its fate is noted when it became a dead letter.
            case .evicted(let type): self.checkEviction(of: type)
            case .refused: refused.insert(letter.event.id)
            }
        }
        let recorded = self.process.core.settled(
            refusing: { event in
                event.position > 0
                    ? refusedPositions.contains(event.position) : event.letter.map { refused.contains($0.event.id) } ?? false
            },
            at: self.now
        )
        if recorded.count < events.count { self.lastRefusal = self.now }
        for event in recorded {
            if let letter = event.letter { self.note(letter.event, .deadLetter) }
        }
        self.process.unsettled.subtract(self.process.unsettled.filter { id in !self.store.contains(id) })
        self.wake()
    }
}
