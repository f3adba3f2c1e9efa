//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

@testable import Tracify

// What must be true after every run.
extension Simulation {
    func complaints() -> [String] {
        var complaints: [String] = []
        let pending = self.store.pendingIDs
        let letters = self.store.letterIDs
        self.queueEvictions += self.process.queue.snapshot.evicted.sum(nil)

        // Safety: an order that was acknowledged is delivered, or a dead letter, or still in the store.
        for event in self.events where event.lane == .orders {
            let id = event.encoded.id
            let isKept =
                self.destination.taken[id] != nil || pending.contains(id) || letters.contains(id)
                || !event.fates.isDisjoint(with: [.deadLetter, .discarded])
            switch event.receipt {
            case .durable where !isKept: complaints.append("order \(event.number) was committed and is lost")
            case .inMemory where !isKept && event.fates.isDisjoint(with: [.lostWithProcess, .dropped]):
                complaints.append("order \(event.number) was accepted and is lost without a count")
            default: break
            }
            if event.fates.contains(.evicted) { complaints.append("order \(event.number) was evicted") }
        }

        // Conservation: what has no fate was evicted by the queue.
        let unfinished = self.process.core.takeUnfinished().batches.map { $0.map { Int($0.id.low) } }
        let waiting = Set(unfinished.joined())
        let fateless = self.events.filter { event in
            event.fates.isEmpty && !waiting.contains(event.number) && event.receipt != .unknown
                && !pending.contains(event.encoded.id)
                && !letters.contains(event.encoded.id)
        }
        if fateless.count != self.queueEvictions {
            complaints.append("\(fateless.count) events have no fate, the queue evicted \(self.queueEvictions)")
        }

        // No event is sent again without need.
        for (id, count) in self.destination.taken where count > 1 + self.destination.unknown[id, default: 0] {
            complaints.append("event \(id.low) arrived \(count) times without need")
        }

        // Liveness: once the faults have ended, everything arrives that is not poison.
        for event in self.events where event.poison == nil && self.destination.taken[event.encoded.id] == nil {
            let isExplained =
                !event.fates.isDisjoint(with: [.refused, .dropped, .discarded, .evicted, .lostWithProcess])
                || (event.fates.isEmpty && event.lane == .observations) || event.receipt == .unknown
                // Dead letters in memory end with their process.
                || (event.fates.contains(.deadLetter) && !letters.contains(event.encoded.id)
                    && !pending.contains(event.encoded.id))
            if !isExplained { complaints.append("event \(event.number) has not arrived") }
        }
        // What was delivered and recorded is not sent again after the next start.
        for event in self.events where event.fates.contains(.delivered) && pending.contains(event.encoded.id) {
            complaints.append("event \(event.number) was delivered and is still in the store")
        }
        // An event that makes a request hang takes half a minute for each attempt, and the other suspects of its lane wait as long.
        let hanging = Set(waiting.filter { self.events[$0].poison == .hang }.map { self.events[$0].lane })
        for number in waiting where !hanging.contains(self.events[number].lane) {
            complaints.append("event \(number) still waits in memory")
        }
        // Each failure of such an event takes a place for half a minute, and failures count only as long as others are accepted.
        let hangs = self.events.count { $0.poison == .hang } * self.scenario.retry.maximumFailures
        let areIsolated = hangs * 30 / max(1, self.scenario.batches.maximumConcurrentDeliveries / 2) < 1200
        for event in self.events where event.poison != nil && pending.contains(event.encoded.id) && areIsolated {
            complaints.append("poison \(event.number) is still pending")
        }

        // No order waits for a page view.
        if self.isOrderLaneUndisturbed {
            let limit = SimulatedInstant.microseconds(self.scenario.batches.interval) + 2 * Scenario.seconds
            for event in self.events where event.lane == .orders {
                guard let arrival = self.destination.firstTaken[event.encoded.id] else { continue }
                let delay = arrival.microseconds - event.captured.microseconds
                if delay > limit { complaints.append("order \(event.number) waited \(delay / 1000) ms") }
            }
        }

        self.checkCalm(&complaints)
        self.checkUndisturbed(&complaints)
        complaints += self.store.complaints(about: self.events, self.storeCall())

        // Bounds. Bad events are retried for hours, while nothing else is accepted.
        let allowed = 100 * self.events.count + 500 * self.events.count { $0.poison != nil } + 2000
        if self.destination.requests > allowed {
            complaints.append("\(self.destination.requests) requests for \(self.events.count) events")
        }
        return complaints
    }

    /// What failed before and fails again delays nothing that comes long after the last fault.
    private func checkCalm(_ complaints: inout [String]) {
        let start = Scenario.faultTime + 1500 * Scenario.seconds
        let latency = Int64(self.scenario.latency.upperBound) * 1000
        let limit = 2 * SimulatedInstant.microseconds(self.scenario.batches.interval) + 2 * latency + 2 * Scenario.seconds
        let areOrdersHeld = self.lastRefusal.map { $0.microseconds > start - 120 * Scenario.seconds } ?? false
        // With more suspects than this, others are sent slowly; and while the lane is down, each bad event before them takes a pause.
        let limitOfPoison = self.scenario.retry.maximumBackoff > .seconds(20) ? 8 : 24
        let crowded = DeliveryLane.allCases.filter { lane in
            self.events.count { $0.lane == lane && $0.poison != nil } > limitOfPoison
        }
        for event in self.events where event.captured.microseconds >= start && !(event.isOrder && areOrdersHeld) {
            guard !crowded.contains(event.lane) else { continue }
            guard let arrival = self.destination.firstTaken[event.encoded.id] else { continue }
            let delay = arrival.microseconds - event.captured.microseconds
            if delay > limit { complaints.append("event \(event.number) waited \(delay / 1000) ms long after the last fault") }
        }
    }

    /// An order that comes while the destination works is delivered soon, also when the store fails.
    private func checkUndisturbed(_ complaints: inout [String]) {
        let poison = self.events.filter { $0.isOrder && $0.poison != nil }.map(\.captured)
        let limit = self.undisturbedLimit
        for event in self.events where event.isUndisturbed {
            let latest = event.captured.advanced(by: limit)
            let isInFault = self.scenario.storeFaults.contains {
                $0.time.overlaps((event.captured.microseconds - 60 * Scenario.seconds)...latest.microseconds)
            }
            // A real store may take an event again and then not return it.
            guard (event.receipt == .inMemory && !self.store.isReal) || !isInFault else { continue }
            guard let arrival = self.destination.firstTaken[event.encoded.id], arrival > latest else { continue }
            guard !poison.contains(where: { event.captured <= $0 && $0 <= latest }) else { continue }
            complaints.append("order \(event.number) waited \(event.captured.duration(to: arrival)), undisturbed")
        }
    }

    /// Whether nothing but page views, and a store that can be bypassed, may delay an order.
    private var isOrderLaneUndisturbed: Bool {
        // A store that refuses events is bypassed.
        self.scenario.destinationFaults.isEmpty && self.scenario.storeFaults.allSatisfy { $0.kind == .appendFails }
            && self.scenario.endings.isEmpty
            && self.scenario.batches.maximumEvents >= 10 && self.scenario.latency.upperBound <= 50
            && !self.events.contains { $0.lane == .orders && $0.poison != nil }
    }
}
