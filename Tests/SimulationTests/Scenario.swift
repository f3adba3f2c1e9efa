//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Tracify

/// The settings and faults of one simulation, all drawn from its seed.
struct Scenario {
    /// The reaction of a destination to a batch that contains an event.
    enum Poison: CaseIterable {
        case rejected, serverError, forbidden, reset, hang, tooLarge
    }

    /// A fault of the destination, for a time.
    struct DestinationFault {
        enum Kind: CaseIterable {
            case down, forbidden, hang, busy, flapping, unconfirmed, lostAnswers, takesHalf, rejectsAll, slow
        }

        let kind: Kind
        let time: ClosedRange<Int64>
    }

    /// A fault of the store, for a time.
    struct StoreFault {
        enum Kind: CaseIterable {
            case appendFails, readFails, settleFails, everythingFails, hangs
        }

        let kind: Kind
        let time: ClosedRange<Int64>

        /// Whether the store refuses events, so that they bypass it.
        var isBypassed: Bool { self.kind == .appendFails || self.kind == .everythingFails }
    }

    /// The way in which the process ends.
    enum Ending: CaseIterable {
        case graceful, cancelled, crash
    }

    var hasStore = false
    var batches = BatchConfiguration()
    var retry = RetryConfiguration()
    var queue = QueueConfiguration()
    var maximumDeadLetters = 1000
    var maximumStored = 100_000
    var poison: [Poison] = []
    /// One of so many events is poison.
    var poisonRate = Int.max
    var destinationFaults: [DestinationFault] = []
    var storeFaults: [StoreFault] = []
    var latency: ClosedRange<Int> = 1...50
    /// The time at which each process ends, and how; the last one does not end by itself.
    var endings: [(time: Int64, ending: Ending)] = []
    /// The number of events, and the mean time between two in milliseconds.
    var events = 200
    var meanGap = 30
    /// The times at which the wall clock is set, and what it is ahead of the time from then on, in seconds.
    var clockJumps: [(time: Int64, offset: Double)] = []

    static let seconds: Int64 = 1_000_000
    /// The time in which faults happen; after it the destination and the store work.
    static let faultTime: Int64 = 300 * seconds

    init(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        self.hasStore = random.once(in: 2)
        self.batches.maximumEvents = random.element([1, 2, 3, 5, 10, 25])
        self.batches.maximumConcurrentDeliveries = Int.random(in: 1...4, using: &random)
        self.batches.interval = random.duration(50...2000)
        self.retry.initialBackoff = random.duration(10...1000)
        self.retry.maximumBackoff = random.once(in: 3) ? .seconds(60) : random.duration(1000...20_000)
        self.retry.maximumFailures = random.element([3, 8, 16])
        self.queue.maximumEvents = random.element([20, 100, 1000])
        self.maximumDeadLetters = random.element([2, 10, 1000])
        self.maximumStored = random.element([30, 1000, 100_000])
        self.latency = random.element([1...5, 1...50, 50...800])
        self.events = Int.random(in: 20...200, using: &random)
        self.meanGap = random.element([2, 30, 400])
        if !random.once(in: 3) {
            self.poison = Poison.allCases.filter { _ in random.once(in: 2) }
            self.poisonRate = random.element([3, 10, 40])
            // Each attempt takes half a minute.
            if self.poison.contains(.hang) { self.poisonRate = max(20, self.poisonRate) }
        }
        for _ in 0..<random.element([0, 0, 1, 2, 4]) {
            self.destinationFaults.append(
                DestinationFault(kind: random.element(DestinationFault.Kind.allCases), time: Self.period(&random))
            )
        }
        if self.hasStore {
            for _ in 0..<random.element([0, 0, 1, 2]) {
                // Often together with the destination, as what fails is the machine.
                let times =
                    self.destinationFaults.isEmpty || random.once(in: 2)
                    ? [Self.period(&random)] : self.destinationFaults.map(\.time)
                self.storeFaults.append(StoreFault(kind: random.element(StoreFault.Kind.allCases), time: random.element(times)))
            }
        }
        var time: Int64 = 0
        for _ in 0..<random.element([0, 0, 1, 2, 4]) {
            time += Int64.random(in: 1...(60 * Self.seconds), using: &random)
            // Shortly after a fault there is the most to lose.
            let faults = self.destinationFaults.map(\.time) + self.storeFaults.map(\.time)
            if random.once(in: 2), !faults.isEmpty {
                time = max(time, random.element(faults).upperBound + Int64.random(in: 0...(15 * Self.seconds), using: &random))
            }
            self.endings.append((time, random.element(Ending.allCases)))
        }
        self.addClockJumps(seed: seed)
    }

    private static func period(_ random: inout SplitMix64) -> ClosedRange<Int64> {
        let start = Int64.random(in: 0...(60 * seconds), using: &random)
        let length = random.element([seconds, 10 * seconds, 120 * seconds])
        return start...min(self.faultTime, start + Int64.random(in: 0...length, using: &random))
    }
}

extension Scenario: CustomStringConvertible {
    /// What differs from a quiet run, in one line.
    var description: String {
        let faults = self.destinationFaults.map { "\($0.kind) \($0.time.lowerBound / 1000)...\($0.time.upperBound / 1000) ms" }
        let storeFaults = self.storeFaults.map { "\($0.kind) \($0.time.lowerBound / 1000)...\($0.time.upperBound / 1000) ms" }
        let endings = self.endings.map { "\($0.ending) at \($0.time / 1000) ms" }
        return """
            store \(self.hasStore), batches of \(self.batches.maximumEvents) × \(self.batches.maximumConcurrentDeliveries), queue \
            \(self.queue.maximumEvents), letters \(self.maximumDeadLetters), stored \(self.maximumStored), failures \
            \(self.retry.maximumFailures), events \(self.events) every \(self.meanGap) ms, latency \(self.latency), poison \
            \(self.poison) 1/\(self.poisonRate), destination \(faults), store \(storeFaults), endings \(endings)
            """
    }
}
