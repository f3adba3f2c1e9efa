//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

@testable import Tracify

// What must be true at every moment of a run.
extension Simulation {
    private static let maximumUnconfirmed = 3
    private static let rejectionsToMisconfiguration = 20
    private static let minimumTimeOfDelivery = Duration.seconds(1)

    func violate(_ complaint: String) {
        if self.violations.count < 20 { self.violations.append("\(complaint) at \(self.now.microseconds / 1000) ms") }
    }

    /// A delivery that would be cut off by the deadline of a shutdown is not started, because its events would be sent again.
    func checkSending(_ attempt: DeliveryAttempt) {
        if let shutdown = self.process.shutdown, self.now.duration(to: shutdown.deadline) < Self.minimumTimeOfDelivery {
            self.violate("a delivery began \(self.now.duration(to: shutdown.deadline)) before the deadline of the shutdown")
        }
        // At the end of the process, events in memory are stored: those of a mixed batch would be stored twice.
        if !attempt.batch.isStored, attempt.batch.positions.contains(where: { $0 > 0 }) {
            self.violate("a batch has stored events and others")
        }
        self.checkStart(attempt)
        if attempt.lane == .orders {
            self.process.ordersInFlight += 1
            self.process.shutdown?.hasTried = true
        }
        for event in attempt.batch {
            self.process.unsent.remove(event.id)
            let number = Int(event.id.low)
            guard self.events[number].acceptancesAtFirstSend == nil else { continue }
            self.events[number].acceptancesAtFirstSend = self.acceptances[self.events[number].lane, default: 0]
        }
    }

    /// A lane takes from the queue and the store what it can send next, and no more: memory is bounded whatever fails.
    func checkHolding(_ batches: [EventBatch]) {
        for batch in batches { self.process.unsent.formUnion(batch.map(\.id)) }
        let limit = 2 * DeliveryLane.allCases.count * self.scenario.batches.maximumEvents
        if self.process.unsent.count > limit { self.violate("\(self.process.unsent.count) events wait for their first delivery") }
    }

    /// A destination that was down gets one batch, and then twice as many at once after each that it accepts.
    private func checkStart(_ attempt: DeliveryAttempt) {
        guard !attempt.isSuspect else { return }
        self.process.freshInFlight[attempt.lane, default: 0] += 1
        let count = self.process.freshInFlight[attempt.lane, default: 0]
        if let allowed = self.process.allowance[attempt.lane], count > allowed {
            self.violate("\(count) batches were in flight, \(allowed) after an outage")
        }
    }

    private func noteAllowance(_ attempt: DeliveryAttempt, _ failure: DeliveryError?) {
        if attempt.lane == .orders { self.process.ordersInFlight -= 1 }
        if !attempt.isSuspect { self.process.freshInFlight[attempt.lane, default: 0] -= 1 }
        guard let failure else {
            self.process.allowance[attempt.lane]? *= 2
            if self.process.allowance[attempt.lane, default: 0] > 64 { self.process.allowance[attempt.lane] = nil }
            return
        }
        // A suspect that fails says nothing about the destination, but a rejection calls for care.
        if !attempt.isSuspect || failure.code == .rejected || failure.code == .tooLarge {
            self.process.allowance[attempt.lane] = 1
        }
    }

    /// Dead letters need a reason that lies in the event, not in the destination.
    func checkAnswer(
        _ attempt: DeliveryAttempt,
        _ failure: DeliveryError?,
        _ consequence: DeliverySchedule.Consequence
    ) {
        guard let first = attempt.batch.first else { return }
        self.noteAllowance(attempt, failure)
        let lane = self.events[Int(first.id.low)].lane
        guard let failure else {
            self.acceptances[lane, default: 0] += 1
            self.process.acceptances[lane, default: 0] += 1
            self.process.rejectedInRow[lane] = 0
            return
        }
        if failure.code == .unconfirmed { self.checkUnconfirmed(attempt, lane) }
        guard case .deadLetter = consequence else { return }
        if failure.code == .rejected || failure.code == .tooLarge {
            self.process.rejectedInRow[lane, default: 0] += 1
            if self.process.rejectedInRow[lane, default: 0] >= Self.rejectionsToMisconfiguration {
                self.violate("a misconfigured destination made \(self.process.rejectedInRow[lane, default: 0]) dead letters")
            }
        } else {
            // A store that hangs may record a failure without an answer, and then a second time.
            let copies = self.scenario.storeFaults.contains { $0.kind == .hangs } ? 2 : 1
            // What the real store has under way when its process crashes may be a failure, too.
            let crashes = self.store.isReal ? self.scenario.endings.count { $0.ending == .crash } : 0
            for event in attempt.batch {
                let before = self.events[Int(event.id.low)].acceptancesAtFirstSend ?? 0
                let others = self.acceptances[lane, default: 0] - before
                if others * copies + crashes < self.scenario.retry.maximumFailures {
                    self.violate("event \(event.id.low) became a dead letter while \(others) batches were accepted")
                }
            }
        }
    }

    /// An event whose acceptance stays unknown is not sent for ever by a process that knows its destination to work.
    private func checkUnconfirmed(_ attempt: DeliveryAttempt, _ lane: DeliveryLane) {
        guard self.process.acceptances[lane, default: 0] > 0 else { return }
        // With a store that hangs, an event may be both in the store and in memory.
        let copies = self.scenario.storeFaults.contains { $0.kind == .hangs } ? 2 : 1
        let maximum = Self.maximumUnconfirmed * copies
        for event in attempt.batch {
            let number = Int(event.id.low)
            let known = self.events[number].unconfirmed
            let count = known.generation == self.process.generation ? known.count + 1 : 1
            self.events[number].unconfirmed = (self.process.generation, count)
            if count > maximum { self.violate("event \(number) was sent \(count) times without confirmation") }
        }
    }

    /// Dead letters of orders are never evicted.
    func checkEviction(of type: EventType) {
        if type == .purchase || type == .conversion { self.violate("the dead letter of an order was evicted") }
    }

    // MARK: - The shutdown

    func noteShutdown(within duration: Duration) {
        let deadline = self.now.advanced(by: duration)
        if let known = self.process.shutdown, known.deadline <= deadline { return }
        let waiting = self.events.filter { $0.isOrder && $0.receipt == .inMemory && $0.fates.isEmpty }.map(\.number)
        let time = Int64(waiting.count + 1) * Int64(self.scenario.latency.upperBound) * 1000
        let isEasy =
            duration >= .seconds(10) && time < 4 * Scenario.seconds
            && self.isQuiet(until: deadline)
            && !self.process.core.isHeldByDeadLetters
            && !self.events.contains { $0.isOrder && $0.fates.isEmpty && $0.poison != nil }
        // Not when the destination requested a pause, or is known to be slow.
        let isTriable =
            duration >= .seconds(10) && self.process.ordersInFlight == 0
            && !self.process.core.isHeldByDeadLetters && self.isStoreQuiet(until: deadline)
            && !self.scenario.destinationFaults.contains { $0.kind == .busy || $0.kind == .slow }
        self.process.shutdown = SimulatedProcess.Shutdown(
            deadline: deadline,
            deliverable: isEasy ? waiting : [],
            triable: isTriable ? waiting : []
        )
    }

    /// A graceful shutdown delivers the orders that are in memory only, if the destination works and there is enough time.
    func checkShutdown() {
        guard let shutdown = self.process.shutdown else { return }
        for number in shutdown.triable where self.events[number].fates.contains(.dropped) && !shutdown.hasTried {
            self.violate("order \(number) was dropped by a shutdown that tried nothing")
        }
        for number in shutdown.deliverable where self.events[number].fates.contains(.dropped) {
            self.violate("order \(number) was dropped by a shutdown that could have delivered it")
        }
    }

    // MARK: - Orders without disturbance

    /// The time within which an order is delivered that nothing disturbs.
    var undisturbedLimit: Duration {
        self.scenario.batches.interval + .seconds(2) + .milliseconds(8 * self.scenario.latency.upperBound)
    }

    func isUndisturbed(_ event: SimulatedEvent) -> Bool {
        // A fault leaves pauses and full batches behind.
        let window = self.now.microseconds - 60 * Scenario.seconds...self.now.advanced(by: self.undisturbedLimit).microseconds
        // A full store refuses orders, and those that bypass it overtake the stored ones.
        guard event.isOrder, event.poison == nil, self.scenario.maximumStored >= 1000, window.upperBound < Scenario.faultTime,
            !self.process.isEnded,
            self.process.shutdown == nil, !self.process.core.isHeldByDeadLetters,
            !self.scenario.destinationFaults.contains(where: { $0.time.overlaps(window) }),
            !self.scenario.storeFaults.contains(where: { !$0.isBypassed && $0.time.overlaps(window) }),
            !self.scenario.endings.contains(where: { window.contains($0.time) })
        else { return false }
        let waiting = self.events.lazy.filter { $0.isOrder && $0.fates.isEmpty }
        guard !waiting.contains(where: { $0.poison != nil }) else { return false }
        // Orders in the store wait until it works again, those that bypass it do not.
        let isStoreFailing = self.scenario.storeFaults.contains { $0.time.contains(self.now.microseconds) }
        return waiting.count { !(isStoreFailing && $0.receipt == .durable) } <= 3
    }

    /// Whether no fault happens until a time, nor has happened so shortly before that it still has consequences.
    private func isQuiet(until end: SimulatedInstant) -> Bool {
        let isDestinationQuiet = self.scenario.destinationFaults.allSatisfy { fault in
            let consequence: Int64 =
                switch fault.kind {
                case .hang: 31
                case .busy: 22
                case .slow: 4
                default: 1
                }
            let last = fault.time.upperBound + consequence * Scenario.seconds
            return last < self.now.microseconds || fault.time.lowerBound > end.microseconds
        }
        return isDestinationQuiet && self.isStoreQuiet(until: end)
    }

    private func isStoreQuiet(until end: SimulatedInstant) -> Bool {
        self.scenario.storeFaults.allSatisfy {
            $0.time.upperBound + 6 * Scenario.seconds < self.now.microseconds || $0.time.lowerBound > end.microseconds
        }
    }
}
