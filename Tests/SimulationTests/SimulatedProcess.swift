//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Foundation

@testable import Tracify

/// One process of a simulation: the real queue, writer and core, which a restart makes anew.
final class SimulatedProcess {
    let generation: Int
    let queue: DeliveryQueue
    var core: ExporterCore
    var writer: EventWriter
    var deadLetters: MemoryDeadLetters
    /// The events that the sink accepted and whose outcome is not recorded yet.
    var unsettled: Set<EventID> = []
    /// The number of batches that each lane knows to be accepted.
    var acceptances: [DeliveryLane: Int] = [:]
    /// The number of dead letters that were rejected since the last acceptance of their lane.
    var rejectedInRow: [DeliveryLane: Int] = [:]
    /// The number of batches that each lane may have in flight besides its suspects, since it was last down; `nil` for no limit.
    var allowance: [DeliveryLane: Int] = [:]
    /// The number of batches of orders in flight.
    var ordersInFlight = 0
    /// The events that the lanes hold and have not sent once.
    var unsent: Set<EventID> = []
    /// The number of batches in flight besides the suspects.
    var freshInFlight: [DeliveryLane: Int] = [:]
    /// The shutdown that was requested, and what could be delivered before its deadline.
    var shutdown: Shutdown?
    /// The time for which the process has set its timer.
    var timer: SimulatedInstant?
    var isEnded = false
    var isTickDue = false
    /// Whether the core will decide again soon.
    var isStepDue = false
    private let signal: Signal

    struct Shutdown {
        var deadline: SimulatedInstant
        /// The orders in memory that nothing prevents from being delivered before the deadline.
        var deliverable: [Int]
        /// The orders in memory for which at least one delivery must be tried.
        var triable: [Int]
        var hasTried = false
    }

    /// Set by the queue.
    private final class Signal: @unchecked Sendable {  // A simulation has one thread.
        var isSet = false
    }

    init(generation: Int, scenario: Scenario) throws {
        self.generation = generation
        let signal = Signal()
        self.signal = signal
        self.queue = DeliveryQueue(
            limits: scenario.queue,
            batchSize: scenario.batches.maximumEvents,
            batchBytes: scenario.batches.maximumBytes,
            signal: { signal.isSet = true }
        )
        self.core = ExporterCore(batches: scenario.batches, retry: scenario.retry, hasStore: scenario.hasStore)
        self.writer = EventWriter(
            customerSiteID: try CustomerSiteID("6b29fc40-ca47-1067-b31d-00dd010662da"),
            encoder: EventEncoder(),
            batches: scenario.batches,
            rules: .default,
            cachedVisitors: 0
        )
        self.deadLetters = MemoryDeadLetters(maximumCount: scenario.maximumDeadLetters)
    }

    func takeSignal() -> Bool {
        defer { self.signal.isSet = false }
        return self.signal.isSet
    }
}
