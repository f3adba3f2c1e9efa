//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Foundation

@testable import Tracify

/// A run of the exporter's queue, writer and core under simulated time, with a simulated destination, store, disk and shop.
///
/// The seed decides everything, so the same seed gives the same run.
final class Simulation {
    enum Action {
        case arrive(Int)
        case commitOrder(Int, generation: Int)
        case tick(generation: Int)
        case step(generation: Int)
        case take(DeliveryLane, isPartial: Bool, isStored: Bool, generation: Int)
        case resolved([QueuedRecord], DeliveryLane, isStored: Bool, generation: Int)
        case stored([EncodedEvent], DeliveryLane, StoreResult, generation: Int)
        case read(DeliveryLane, after: UInt64, generation: Int)
        case readDone(DeliveryLane, [StoredEvent]?, generation: Int)
        case settle([SettledEvent], generation: Int)
        case settled([SettledEvent], refusing: Set<UInt64>?, generation: Int)
        case arrivedAtDestination(EventBatch)
        case answered(DeliveryAttempt, SimulatedDestination.Answer, generation: Int)
        case end(Scenario.Ending)
        case restart
        case operate
        case finish
    }

    enum StoreResult {
        case works, fails
        /// The store does not answer in time; whether it did what it was asked for is open.
        case hangs
    }

    let scenario: Scenario
    var random: SplitMix64
    var now = SimulatedInstant()
    private var agenda = Agenda<Action>()
    var events: [SimulatedEvent] = []
    var destination: SimulatedDestination
    var store: any SimulationStore
    var process: SimulatedProcess
    var queueEvictions = 0
    var steps = 0
    private var operations = 0
    /// The complaints of the oracles that watch the run.
    var violations: [String] = []
    /// The number of batches of each lane that the tracker knew to be accepted.
    var acceptances: [DeliveryLane: Int] = [:]
    /// The last time at which a dead letter of an order was refused.
    var lastRefusal: SimulatedInstant?
    var isFinished = false
    /// A hash of everything that happened, in order.
    private(set) var trace: UInt64 = 0xCBF2_9CE4_8422_2325

    static let storeTimeout = Duration.seconds(5)
    private var intervalMicroseconds: Int { Int(SimulatedInstant.microseconds(self.scenario.batches.interval)) }

    init(seed: UInt64, store: (any SimulationStore)? = nil) throws {
        self.scenario = Scenario(seed: seed)
        self.random = SplitMix64(seed: seed ^ 0xD1B5_4A32_D192_ED03)
        self.destination = SimulatedDestination(scenario: self.scenario)
        self.store = try store ?? self.scenario.store(seed: seed)
        self.process = try SimulatedProcess(generation: 0, scenario: self.scenario)
    }

    // MARK: - The run

    /// Runs until everything has happened, and returns the oracles' complaints.
    func run() throws -> [String] {
        self.scheduleArrivals()
        for (time, ending) in self.scenario.endings { self.add(.end(ending), at: SimulatedInstant(microseconds: time)) }
        self.add(.operate, at: SimulatedInstant(microseconds: Scenario.faultTime + 1_000_000))
        self.add(.finish, at: SimulatedInstant(microseconds: Scenario.faultTime + 7200 * Scenario.seconds))
        self.begin()
        while !self.isFinished, let (time, action) = self.agenda.popFirst() {
            self.now = time
            self.steps += 1
            guard self.steps < 500_000 else { return ["more than 500,000 steps"] }
            try self.perform(action)
        }
        return self.violations + self.complaints()
    }

    private func scheduleArrivals() {
        var time: Int64 = 0
        for number in 0..<self.scenario.events {
            time += Int64.random(in: 0...Int64(self.scenario.meanGap * 2000), using: &self.random)
            self.add(.arrive(number), at: SimulatedInstant(microseconds: time))
        }
        // Good events after the faults until the end, so that poison is known from an outage; in pairs, so that the second one comes
        // while the first is being stored, read or sent, and then nothing for a time.
        for index in 0..<240 {
            let pair = Scenario.faultTime + Int64(index / 2) * 55 * Scenario.seconds
            let time = pair + Int64.random(in: 0...50_000, using: &self.random)
            self.add(.arrive(self.scenario.events + index), at: SimulatedInstant(microseconds: time))
        }
        // And some just before a process ends, when they are in memory or being stored.
        for (end, _) in self.scenario.endings {
            for _ in 0..<6 {
                let time = max(0, end - Int64.random(in: 0...(3 * Scenario.seconds), using: &self.random))
                self.add(.arrive(self.scenario.events), at: SimulatedInstant(microseconds: time))
            }
        }
    }

    func add(_ action: Action, at time: SimulatedInstant) {
        self.agenda.add(action, at: time, rank: self.random.next())
    }

    func add(_ action: Action, after duration: Duration) {
        self.add(action, at: self.now.advanced(by: duration))
    }

    func note(_ value: UInt64) {
        self.trace = (self.trace ^ value) &* 0x100_0000_01B3
    }

    private func begin() {
        self.process.core.wake()
        self.wake()
    }

    /// Lets the core decide again, a little later.
    func wake() {
        guard !self.process.isStepDue, !self.process.isEnded else { return }
        self.process.isStepDue = true
        self.add(.step(generation: self.process.generation), after: .microseconds(Int.random(in: 0...500, using: &self.random)))
    }

    private func perform(_ action: Action) throws {
        switch action {
        case .arrive(let number):
            self.note(1)
            self.arrive(number)
        case .commitOrder(let number, let generation):
            self.note(2)
            self.commitOrder(number, generation: generation)
        case .tick(let generation) where generation == self.process.generation && !self.process.isEnded:
            self.process.isTickDue = false
            self.process.queue.requestFlush()
        case .step(let generation) where generation == self.process.generation:
            self.note(3)
            self.process.isStepDue = false
            self.step()
        case .take(let lane, let isPartial, let isStored, let generation) where generation == self.process.generation:
            self.note(4)
            self.take(lane, isPartial: isPartial, isStored: isStored)
        case .resolved(let records, let lane, let isStored, let generation):
            self.note(5)
            self.resolved(records, lane, isStored: isStored, generation: generation)
        case .stored(let events, let lane, let result, let generation):
            self.note(6)
            self.stored(events, lane, result, generation: generation)
        case .read(let lane, let position, let generation) where generation == self.process.generation:
            self.note(7)
            self.read(lane, after: position)
        case .settle(let events, let generation) where generation == self.process.generation:
            self.note(8)
            self.settle(events)
        case .readDone(let lane, let events, let generation) where generation == self.process.generation:
            self.readDone(lane, events)
        case .settled(let events, let refused, let generation) where generation == self.process.generation:
            self.settled(events, refusing: refused)
        case .arrivedAtDestination(let batch):
            self.note(9)
            self.checkContent(batch)
            self.destination.take(batch, at: self.now)
        case .answered(let attempt, let answer, let generation):
            self.note(10)
            self.answered(attempt, answer, generation: generation)
        case .end(let ending):
            self.note(11)
            self.end(ending)
        case .restart:
            guard self.openStore() else { return self.add(.restart, after: .seconds(5)) }
            self.process = try SimulatedProcess(generation: self.process.generation + 1, scenario: self.scenario)
            self.begin()
        case .operate:
            self.note(12)
            self.operate()
        case .finish:
            self.isFinished = true
        case .tick, .step, .take, .read, .readDone, .settle, .settled:
            break
        }
        if self.process.takeSignal() {
            if self.process.queue.takeFlushRequest() { self.process.core.requestFlush() }
            self.process.core.wake()
            self.wake()
        }
    }

    // MARK: - The shop

    private func arrive(_ number: Int) {
        let type: EventType =
            switch Int.random(in: 0..<10, using: &self.random) {
            case 0, 1: .purchase
            case 2: .conversion
            case 3: .addToCart
            case 4: .productView
            default: .pageView
            }
        let isGood =
            number >= self.scenario.events || self.scenario.poison.isEmpty || !self.random.once(in: self.scenario.poisonRate)
        let poison = isGood ? nil : self.random.element(self.scenario.poison)
        var event = SimulatedEvent(
            number: self.events.count,
            type: type,
            poison: poison,
            captured: self.now,
            date: self.date,
            namesOrderInJSON: self.store.isReal
        )
        event.isUndisturbed = self.isUndisturbed(event)
        self.events.append(event)
        guard event.lane == .orders, self.scenario.hasStore, !self.process.isEnded else { return self.enqueue(event.number) }
        let delay = self.storeResult(.appendFails) == .hangs ? Self.storeTimeout : self.random.duration(1...5)
        self.add(.commitOrder(event.number, generation: self.process.generation), after: delay)
    }

    private func commitOrder(_ number: Int, generation: Int) {
        let event = self.events[number]
        let result = self.storeResult(.appendFails)
        switch (self.commit([event.encoded], result, generation: generation), result) {
        case (.committed, .hangs):
            self.events[number].receipt = .unknown
        case (_, .hangs):
            self.events[number].receipt = .unknown
            self.events[number].fates.insert(.dropped)
        case (.committed, _):
            // The process may have ended meanwhile, and the order is in the store although nobody was told.
            let isTold = generation == self.process.generation && !self.process.isEnded
            self.events[number].receipt = isTold ? .durable : .unknown
            self.process.core.wake()
            self.wake()
        // The shop is told that the store is full.
        case (.full, _): self.events[number].fates.insert(.refused)
        case (.failed, _): self.enqueue(number)
        }
    }

    private func enqueue(_ number: Int) {
        let event = self.events[number]
        do {
            guard !self.process.isEnded else { throw DeliveryQueue.Refusal.closed }
            try self.process.queue.enqueue(QueuedRecord(event.encoded))
            // The ticker matters only while something waits.
            if !self.process.isTickDue {
                self.process.isTickDue = true
                let time = Duration.microseconds(Int.random(in: 0...self.intervalMicroseconds, using: &self.random))
                self.add(.tick(generation: self.process.generation), after: time)
            }
            if event.lane == .orders { self.events[number].receipt = .inMemory }
        } catch {
            self.events[number].fates.insert(.refused)
        }
    }

    /// Returns whether the store works now.
    func storeResult(_ kind: Scenario.StoreFault.Kind) -> StoreResult {
        for fault in self.scenario.storeFaults where fault.time.contains(self.now.microseconds) {
            if fault.kind == .hangs { return .hangs }
            if fault.kind == kind || fault.kind == .everythingFails { return .fails }
        }
        return .works
    }

    func note(_ event: EncodedEvent, _ fate: SimulatedEvent.Fate) {
        self.note(event.id, fate)
    }

    // MARK: - The end of a process

    private func end(_ ending: Scenario.Ending) {
        guard !self.process.isEnded else { return }
        switch ending {
        case .graceful, .cancelled:
            self.process.queue.close(ending == .graceful ? .gracefully : .byCancellation)
            let duration = Duration.seconds(ending == .graceful ? 10 : 2)
            self.noteShutdown(within: duration)
            self.process.core.close(after: duration, at: self.now)
            self.wake()
        case .crash:
            // Calls that the end may cut off.
            if self.store.isReal { for _ in 0..<4 { self.arrive(self.scenario.events) } }
            self.process.isEnded = true
            let unfinished = self.process.core.takeUnfinished()
            for batch in unfinished.batches { self.lose(batch) }
            for event in unfinished.letters where event.position == 0 {
                if let letter = event.letter { self.note(letter.event, .lostWithProcess) }
            }
            self.takeQueue(as: .lostWithProcess)
            self.excuseUnsettled()
            self.crashStore()
            self.add(.restart, after: self.random.duration(10...5000))
        }
    }

    private func lose(_ batch: EventBatch) {
        for (event, position) in zip(batch, batch.positions) where position == 0 { self.note(event, .lostWithProcess) }
    }

    private func takeQueue(as fate: SimulatedEvent.Fate) {
        self.queueEvictions += self.process.queue.snapshot.evicted.sum(nil)
        for lane in DeliveryLane.allCases {
            for record in self.process.queue.take(.max, of: lane, isPartial: true) {
                if case .encoded(let event) = record.content { self.note(event, fate) }
            }
        }
    }

    /// What was delivered and not recorded may be sent again.
    private func excuseUnsettled() {
        for id in self.process.unsettled { self.destination.excuse(id) }
    }

    /// The counterpart of the exporter's end.
    func finishProcess() {
        self.process.isEnded = true
        let unfinished = self.process.core.takeUnfinished()
        for batch in unfinished.batches where !batch.isStored {
            let result = self.storeResult(.appendFails)
            if self.scenario.hasStore, result != .hangs,
                case .committed = self.commit(Array(batch), result, generation: self.process.generation)
            {
                continue
            }
            for event in batch { self.note(event, .dropped) }
        }
        for event in unfinished.letters where event.position == 0 {
            if let letter = event.letter { self.note(letter.event, .dropped) }
        }
        self.takeQueue(as: .dropped)
        self.checkShutdown()
        self.excuseUnsettled()
        self.store.close()
        self.add(.restart, after: self.random.duration(10...5000))
    }

    // MARK: - The operator, after the faults

    /// Requeues dead letters once, and makes room when dead letters of orders fill their limit.
    private func operate() {
        self.operations += 1
        // Again after ten minutes, for what the destination rejected last.
        if self.operations == 1 || self.operations == 10 {
            let letters = self.process.deadLetters.take(.all)
            let events = letters.map { StoredEvent(position: 0, event: $0.event) } + self.process.core.takeRefused()
            for lane in DeliveryLane.allCases {
                let batches = self.process.writer.batches(of: events.filter { DeliveryLane($0.event.type) == lane })
                self.process.core.requeue(batches.map(\.batch), to: lane)
            }
            self.store.requeue(self.storeCall())
        } else if self.process.core.isHeldByDeadLetters {
            for letter in self.process.deadLetters.take(.all) { self.note(letter.event, .discarded) }
            for id in self.store.discard(self.storeCall()) { self.note(id, .discarded) }
        }
        self.process.core.deadLettersRemoved(at: self.now)
        self.process.core.wake()
        self.wake()
        self.add(.operate, after: .seconds(60))
    }
}
