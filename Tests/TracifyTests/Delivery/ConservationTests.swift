//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Foundation
import Logging
import Metrics
import ServiceLifecycle
import Synchronization
import Testing

@testable import Tracify

/// Queue and exporter under random interleavings, with real tasks and a real clock.
///
/// Each accepted event is delivered, becomes a dead letter or is counted as dropped, and no accepted order is dropped.
@Suite(.timeLimit(.minutes(15)))
struct ConservationTests {
    /// A sink that fails at random, with a seeded generator, and counts the events that it accepts.
    private final class RandomlyFailingSink: EventSink {
        private struct State {
            var random: SplitMix64
            var taken: [String: Int] = [:]
            var mostInFlight = 0
            var inFlight = 0
        }

        private let state: Mutex<State>

        init(seed: UInt64) {
            self.state = Mutex(State(random: SplitMix64(seed: seed)))
        }

        var taken: [String: Int] { self.state.withLock { $0.taken } }
        var mostInFlight: Int { self.state.withLock { $0.mostInFlight } }

        func deliver(_ batch: EventBatch) async throws {
            let paths = try batch.paths()
            let pauses = self.state.withLock { state in
                state.inFlight += 1
                state.mostInFlight = max(state.mostInFlight, state.inFlight)
                return Int.random(in: 0...3, using: &state.random)
            }
            for _ in 0..<pauses { await Task.yield() }
            try self.state.withLock { state in
                state.inFlight -= 1
                switch Int.random(in: 0..<10, using: &state.random) {
                case 0: throw DeliveryError.retryable("down")
                case 1: throw DeliveryError.retryable("busy", after: .milliseconds(2))
                case 2: throw DeliveryError.unauthorized("token")
                default: break
                }
                if batch.body.count > 12_000 { throw DeliveryError.tooLarge("large") }
                if paths.contains(where: { $0.hasSuffix("7") }) { throw DeliveryError.rejected("poison") }
                for path in paths { state.taken[path, default: 0] += 1 }
            }
        }
    }

    @Test(arguments: 0..<30)
    func accountsForEveryAcceptedEvent(seed: UInt64) async throws {
        let sink = RandomlyFailingSink(seed: seed)
        let isAmple = seed % 3 != 0
        let configuration = try Tracker.Configuration.stub {
            $0.batches.maximumEvents = 20
            $0.batches.interval = .milliseconds(2)
            $0.queue.maximumEvents = isAmple ? 100_000 : 60
            $0.retry.initialBackoff = .milliseconds(1)
            $0.retry.maximumBackoff = .milliseconds(4)
            $0.maximumDeadLetters = 100_000
        }
        let tracker = try Tracker(
            configuration: configuration,
            sink: sink,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        )
        let acceptedOrders = Shared<Set<String>>([])
        try await running(tracker) {
            await withTaskGroup(of: Void.self) { group in
                for worker in 0..<4 {
                    group.addTask {
                        var random = SplitMix64(seed: seed * 100 + UInt64(worker))
                        for index in 0..<200 {
                            let path = "/\(worker)/\(index)"
                            switch Int.random(in: 0..<10, using: &random) {
                            case 0..<2:
                                let visit = Browsing.visit(path)
                                guard let order = try? Order(id: path, currency: .eur, amount: .zero) else { return }
                                if (try? await tracker.orderPlaced(order, by: visit)) != nil {
                                    acceptedOrders.change { $0.insert(path) }
                                }
                            case 2: tracker.itemsAddedToCart([], by: Browsing.visit(path))
                            default: tracker.view(path)
                            }
                            if index % 16 == 0 { await Task.yield() }
                        }
                    }
                }
            }
        }

        let statistics = tracker.statistics
        let letters = try await tracker.deadLetters(count: .max)
        #expect(statistics.captured() == 800)
        #expect(statistics.captured() == statistics.delivered() + statistics.rejected() + statistics.dropped(), "seed \(seed)")
        #expect(statistics.rejected() == letters.count)
        #expect(statistics.queued == 0)
        // This sink never loses an acknowledgment, so no event is delivered twice.
        #expect(sink.taken.values.allSatisfy { $0 == 1 })
        #expect(sink.taken.count == statistics.delivered())
        // Four, one for orders, and half as many, at least one, for batches that failed before.
        #expect(sink.mostInFlight <= 4 + 2 + 1 + 1)
        // An accepted order was delivered, or it is poison and a dead letter.
        let dead = Set(try letters.map { try $0.event.decoded().url.text.replacing("https://shop.example", with: "") })
        #expect(acceptedOrders.value.allSatisfy { sink.taken[$0] == 1 || dead.contains($0) })
        #expect(dead.allSatisfy { $0.hasSuffix("7") })
        if isAmple { #expect(statistics.dropped() == 0) }
    }

    /// Shuts down under load 1000 times.
    ///
    /// Orders that were accepted before the queue closed are delivered; later ones throw.
    @Test func shutdownUnderLoadLosesNoAcceptedOrder() async throws {
        var delivered = 0
        for round in 0..<1000 {
            let sink = CountingSink()
            let tracker = try Tracker(
                configuration: .stub {
                    $0.batches.maximumEvents = 7
                    $0.batches.interval = .milliseconds(1)
                },
                sink: sink,
                logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
            )
            let group = ServiceGroup(
                services: [tracker],
                logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
            )
            let isStopping = Shared(false)
            let visit = Browsing.visit("/\(round)")
            let accepted = try await withThrowingTaskGroup(of: Int.self) { tasks in
                tasks.addTask {
                    try await group.run()
                    return 0
                }
                for _ in 0..<2 {
                    tasks.addTask {
                        var accepted = 0
                        let order = try Order(id: "1", currency: .eur, amount: .zero)
                        while !isStopping.value || accepted < 3 {
                            do {
                                try await tracker.orderPlaced(order, by: visit)
                                accepted += 1
                            } catch let error as TrackerError where error.code == .shuttingDown {
                                break
                            }
                            await Task.yield()
                        }
                        return accepted
                    }
                }
                // Shutdown begins at a different point of each round.
                for _ in 0..<(round % 50) { await Task.yield() }
                await group.triggerGracefulShutdown()
                isStopping.change { $0 = true }
                return try await tasks.reduce(0, +)
            }
            #expect(sink.count == accepted, "round \(round)")
            #expect(tracker.statistics.delivered(.purchase) == accepted)
            delivered += accepted
        }
        #expect(delivered > 1000)
    }
}

/// A sink that accepts every event and counts them.
final class CountingSink: EventSink {
    private let events = Atomic(0)

    var count: Int { self.events.load(ordering: .relaxed) }

    func deliver(_ batch: EventBatch) async throws {
        self.events.add(batch.count, ordering: .relaxed)
    }
}
