//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Foundation
import Logging
import Testing

@testable import Tracify

/// The store's faults lose nothing that the destination could take, and stop no deployment.
@Suite(.timeLimit(.minutes(15)))
struct StoreFaultTests {
    private func order(_ id: String = "1") throws -> Order {
        try Order(id: id, currency: .eur, amount: .zero)
    }

    private func tracker(
        _ sink: some EventSink,
        _ store: FaultyStore,
        _ clock: ManualClock,
        log: LogLines = LogLines()
    ) throws -> Tracker {
        try Tracker(
            configuration: .stub {
                $0.batches.maximumEvents = 4
                $0.shutdown.gracefulDeadline = .seconds(10)
            },
            sink: sink,
            store: store,
            logger: log.logger,
            clock: clock
        )
    }

    @Test func eventsBypassAStoreThatCannotAppend() async throws {
        let (sink, store, clock) = (InMemorySink(), FaultyStore(), ManualClock())
        store.change { $0.failing = [.append] }
        let tracker = try self.tracker(sink, store, clock)
        try await running(tracker) {
            for index in 0..<40 { tracker.view("/\(index)") }
            let receipt = try await tracker.orderPlaced(self.order(), by: Browsing.visit())
            #expect(receipt.durability == .inMemory)
            try await clock.advance(by: .milliseconds(100)) { sink.events.count == 41 }
            #expect(tracker.health.problem?.code == .storeFailed)
            store.change { $0.failing = [] }
            tracker.view("/again")
            try await clock.advance(by: .milliseconds(100)) { sink.events.count == 42 && tracker.health.isHealthy }
            #expect(try await tracker.orderPlaced(self.order("2"), by: Browsing.visit()).durability == .durable)
        }
        #expect(tracker.statistics.dropped() == 0)
        #expect(sink.events.count == 43)
    }

    @Test func repeatsAFailedReadWithoutNewEvents() async throws {
        let (sink, store, clock) = (InMemorySink(), FaultyStore(), ManualClock())
        store.change { $0.failing = [.read] }
        let tracker = try self.tracker(sink, store, clock)
        try await running(tracker) {
            try await tracker.orderPlaced(self.order(), by: Browsing.visit())
            try await clock.advance(by: .milliseconds(100)) { tracker.health.problem?.code == .storeFailed }
            store.change { $0.failing = [] }
            try await clock.advance(by: .milliseconds(100)) { sink.events.count == 1 }
        }
        #expect(tracker.health.isHealthy)
    }

    /// An acknowledgement that is lost means that its events are sent again after the next start.
    @Test func repeatsAFailedAcknowledgement() async throws {
        let (sink, store, clock) = (InMemorySink(), FaultyStore(), ManualClock())
        store.change { $0.failing = [.settle] }
        let tracker = try self.tracker(sink, store, clock)
        try await running(tracker) {
            for index in 0..<8 { tracker.view("/\(index)") }
            try await clock.advance(by: .milliseconds(100)) { sink.events.count == 8 && store.calls(.settle) > 0 }
            #expect(store.events.count == 8)
            store.change { $0.failing = [] }
            try await clock.advance(by: .milliseconds(100)) { store.events.isEmpty }
        }
        #expect(sink.events.count == 8)
    }

    /// The exporter's periodic work does not shorten the pauses between attempts.
    @Test func failedAcknowledgementIsRepeatedWithGrowingPauses() async throws {
        let (sink, store, clock) = (InMemorySink(), FaultyStore(), ManualClock())
        store.change { $0.failing = [.settle] }
        let tracker = try self.tracker(sink, store, clock)
        try await running(tracker) {
            for index in 0..<4 { tracker.view("/\(index)") }
            try await clock.advance(by: .milliseconds(100)) { store.calls(.settle) > 0 }
            let (start, calls) = (clock.now, store.calls(.settle))
            for _ in 0..<60 {
                // The ticker asks for the summary once a second.
                let summaries = store.calls(.summary)
                try await clock.advance(by: .milliseconds(100)) { store.calls(.summary) > summaries }
            }
            // Pauses of 0.5, 1, 2, 4, 8, 16 and 32 seconds, and then of a minute.
            let minutes = Int(start.duration(to: clock.now) / .seconds(60))
            #expect(store.calls(.settle) - calls <= 8 + minutes)
            store.change { $0.failing = [] }
            try await clock.advance(by: .seconds(1)) { store.events.isEmpty }
        }
    }

    @Test func storesAtTheEndWhatBypassedTheStore() async throws {
        let (store, clock) = (FaultyStore(), ManualClock())
        let sink = ScriptedSink { _ in .retryable("down") }
        store.change { $0.failing = [.append] }
        let tracker = try self.tracker(sink, store, clock)
        try await running(tracker) {
            try await tracker.orderPlaced(self.order(), by: Browsing.visit())
            try await clock.advance(by: .milliseconds(100)) { !sink.attempts.isEmpty }
            store.change { $0.failing = [] }
            Task { try await clock.advance(by: .milliseconds(500)) { store.calls(.close) > 0 } }
        }
        #expect(store.events.map(\.event.type) == [.purchase])
        #expect(tracker.statistics.dropped() == 0)
    }

    @Test func countsDamagedEvents() async throws {
        let (sink, store, clock, log) = (InMemorySink(), FaultyStore(), ManualClock(), LogLines())
        store.change { $0.damaged = [.pageView: 3] }
        let tracker = try self.tracker(sink, store, clock, log: log)
        try await running(tracker) { try await clock.advance(by: .seconds(1)) { tracker.statistics.dropped() == 3 } }
        #expect(tracker.statistics.dropped(.storeDamaged, .pageView) == 3)
        #expect(log.lines.contains { $0.hasPrefix("error Events were damaged") })
    }

    @Test func orderFailsWithAnUnknownOutcomeWhenTheStoreHangs() async throws {
        let (sink, store, clock) = (InMemorySink(), FaultyStore(), ManualClock())
        store.change { $0.hanging = [.append] }
        let tracker = try self.tracker(sink, store, clock)
        try await running(tracker) {
            let placing = Task { try await tracker.orderPlaced(self.order(), by: Browsing.visit()) }
            let isDone = Shared(false)
            let result = Task {
                defer { isDone.change { $0 = true } }
                return await placing.result
            }
            try await clock.advance(by: .milliseconds(500)) { isDone.value }
            let error = await #expect(throws: EventStoreError.self) { _ = try await result.value.get() }
            #expect(error?.code == .timeout)
            #expect(error?.reason.contains("unknown") == true)
            #expect(clock.now.offset >= .seconds(5))
            store.change { $0.hanging = [] }
            store.release()
        }
        #expect(tracker.statistics.captured(.purchase) == 1)
        #expect(sink.events.count == 1)
    }

    @Test(arguments: [FaultyStore.Call.read, .settle, .close, .summary, .append])
    func shutdownIsBoundedWhenTheStoreHangs(call: FaultyStore.Call) async throws {
        let (sink, store, clock) = (InMemorySink(), FaultyStore(), ManualClock())
        let tracker = try self.tracker(sink, store, clock)
        store.change { $0.hanging = [call] }
        let isDone = Shared(false)
        let run = Task {
            try await running(tracker) { for index in 0..<9 { tracker.view("/\(index)") } }
            isDone.change { $0 = true }
        }
        try await clock.advance(by: .milliseconds(500)) { isDone.value }
        try await run.value
        #expect(clock.now.offset < .seconds(40))
        store.release()
    }

    @Test func dropsAndCountsEventsThatAreTooOld() async throws {
        let (sink, store, clock) = (InMemorySink(), FaultyStore(), ManualClock())
        let now = Shared(Date(timeIntervalSince1970: 1_718_973_397))
        func tracker() throws -> Tracker {
            try Tracker(
                configuration: .stub { $0.shutdown.gracefulDeadline = .seconds(10) },
                sink: sink,
                store: store,
                clock: clock,
                now: { now.value }
            )
        }
        let first = try tracker()
        sink.failNext(100)
        try await running(first) {
            first.view("/old")
            try await first.orderPlaced(self.order(), by: Browsing.visit())
            first.view("/old/2")
            Task { try await clock.advance(by: .milliseconds(500)) { store.calls(.close) == 1 } }
        }
        #expect(store.events.count == 3)
        now.change { $0 += 31 * 86_400 }
        sink.failNext(0)
        let second = try tracker()
        try await running(second) { try await clock.advance(by: .seconds(1)) { store.events.isEmpty } }
        #expect(second.statistics.dropped(.expired, .pageView) == 2)
        #expect(sink.events.map(\.type) == [.purchase])
    }
}
