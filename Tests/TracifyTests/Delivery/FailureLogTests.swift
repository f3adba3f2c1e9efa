//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Testing
import Tracify

/// What the log says of a delivery that fails and works in turn.
@Suite(.timeLimit(.minutes(15)))
struct FailureLogTests {
    private let log = LogLines()
    private let clock = ManualClock()

    /// The lines that say whether delivery works.
    private var states: [String] {
        ["Delivery failed", "could not be read", "Delivery works again"]
            .flatMap { text in
                self.log.lines.enumerated().filter { $0.element.contains(text) }.map { ($0.offset, text) }
            }
            .sorted { $0.0 < $1.0 }.map(\.1)
    }

    private func tracker(_ sink: InMemorySink, store: FaultyStore? = nil) throws -> Tracker {
        let configuration = try Tracker.Configuration.stub {
            $0.batches.maximumEvents = 1
            $0.retry.initialBackoff = .milliseconds(10)
            $0.retry.maximumBackoff = .milliseconds(10)
        }
        return try Tracker(configuration: configuration, sink: sink, store: store, logger: self.log.logger, clock: self.clock)
    }

    @Test func failureThatIsOverEndsInTheLog() async throws {
        let sink = InMemorySink()
        let tracker = try self.tracker(sink)
        try await running(tracker) {
            sink.failNext(1)
            tracker.view()
            try await self.clock.advance(by: .milliseconds(10)) { tracker.statistics.delivered() == 1 }
        }
        #expect(self.states == ["Delivery failed", "Delivery works again"])
    }

    /// Both lines are limited, so that the last one is true.
    @Test func linesTakeTurns() async throws {
        let sink = InMemorySink()
        let tracker = try self.tracker(sink)
        try await running(tracker) {
            for number in 1...20 {
                // Alternately a single failure and a problem.
                sink.failNext(number % 2 == 0 ? 1 : 4)
                tracker.view()
                try await self.clock.advance(by: .milliseconds(10)) { tracker.statistics.delivered() == number }
            }
        }
        #expect(self.states.last == "Delivery works again")
        #expect(zip(self.states, self.states.dropFirst()).allSatisfy { $0 != $1 })
        #expect(self.states.count < 20)
    }

    @Test func storeThatFailsAndWorksInTurn() async throws {
        let (sink, store) = (InMemorySink(), FaultyStore())
        let tracker = try self.tracker(sink, store: store)
        try await running(tracker) {
            for number in 1...5 {
                store.change { $0.failing = [.read] }
                let order = try Order(id: "\(number)", currency: .eur, amount: Amount("1.00"))
                try await tracker.orderPlaced(order, by: Browsing.visit())
                try await self.clock.advance(by: .milliseconds(10)) { !tracker.health.isHealthy }
                store.change { $0.failing = [] }
                try await self.clock.advance(by: .milliseconds(10)) {
                    tracker.health.isHealthy && tracker.statistics.delivered() == number
                }
            }
        }
        #expect(self.states.last == "Delivery works again")
        #expect(zip(self.states, self.states.dropFirst()).allSatisfy { $0 != $1 })
    }
}
