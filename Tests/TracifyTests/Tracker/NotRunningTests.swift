//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Foundation
import Testing

@testable import Tracify

struct NotRunningTests {
    private let log = LogLines()

    private func tracker(_ change: (inout Tracker.Configuration) -> Void = { _ in }) throws -> Tracker {
        try Tracker(configuration: .stub(change), sink: InMemorySink(), logger: self.log.logger, clock: ManualClock())
    }

    private static func order() throws -> Order { try Order(id: "A-1", currency: .eur, amount: Amount("25")) }

    private var warnings: [String] { self.log.lines.filter { $0.hasPrefix("warning") } }

    @Test func healthNamesTheTrackerThatDoesNotRun() async throws {
        let times = TimeSource([.pageExample, Date.pageExample.addingTimeInterval(60)])
        let tracker = try Tracker(
            configuration: .stub(),
            sink: InMemorySink(),
            logger: self.log.logger,
            clock: ManualClock(),
            now: { times.next() }
        )
        #expect(tracker.health.problems.map(\.code) == [.notRunning])
        #expect(!tracker.health.isHealthy)
        #expect(tracker.health.problem?.lane == nil)
        #expect(tracker.health.problem?.since == .pageExample)
        try await running(tracker) {
            tracker.view()
            #expect(await tracker.flush(within: .seconds(60)))
            #expect(tracker.health.isHealthy)
        }
        #expect(tracker.health.isHealthy)
        #expect(self.log.lines.allSatisfy { !$0.contains("works again") })
    }

    @Test func ordersWarnAtOnce() async throws {
        let tracker = try self.tracker()
        try await tracker.orderPlaced(Self.order(), by: Browsing.visit())
        #expect(self.warnings.count == 1)
        #expect(self.warnings.first?.contains("An order was reported before the tracker runs. Run it:") == true)
        try await tracker.orderPlaced(Self.order(), by: Browsing.visit())
        #expect(self.warnings.count == 1)
        withExtendedLifetime(tracker) {}
    }

    enum Observation: CaseIterable {
        case pageView, productView, addToCart

        func report(to tracker: Tracker) {
            switch self {
            case .pageView: tracker.view()
            case .productView: tracker.productViewed(by: Browsing.visit())
            case .addToCart: tracker.itemsAddedToCart([], by: Browsing.visit())
            }
        }
    }

    @Test(arguments: Observation.allCases)
    func observationsWarnOnceWhenTheQueueFillsUp(_ observation: Observation) async throws {
        let tracker = try self.tracker { $0.queue.maximumEvents = 20 }
        for _ in 1...9 { observation.report(to: tracker) }
        #expect(self.warnings.isEmpty)
        observation.report(to: tracker)
        #expect(self.warnings.count == 1)
        #expect(self.warnings.first?.contains("The queue fills up before the tracker runs. Run it:") == true)
        // Neither a drop nor an order warns again.
        for _ in 1...30 { observation.report(to: tracker) }
        #expect(tracker.statistics.dropped(.queueFull) == 20)
        try await tracker.orderPlaced(Self.order(), by: Browsing.visit())
        #expect(self.warnings.count == 1)
        withExtendedLifetime(tracker) {}
    }

    @Test func aQueueThatIsFullInBytesWarns() throws {
        let tracker = try self.tracker { $0.queue.maximumBytes = 65_536 }
        while tracker.statistics.dropped(.queueFull) == 0 { tracker.view("/" + String(repeating: "a", count: 2000)) }
        #expect(self.warnings.count == 1)
        withExtendedLifetime(tracker) {}
    }

    @Test func aRunningTrackerDoesNotWarn() async throws {
        try await {
            let tracker = try self.tracker { $0.queue.maximumEvents = 20 }
            try await running(tracker) {
                // Returns once the tracker runs.
                #expect(await tracker.flush(within: .seconds(60)))
                try await tracker.orderPlaced(Self.order(), by: Browsing.visit())
                for _ in 1...10 { tracker.view() }
            }
        }()
        #expect(self.warnings.allSatisfy { !$0.contains("Run it") })
    }

    @Test func releasedTrackerThatNeverRanWarns() throws {
        try {
            let tracker = try self.tracker()
            tracker.view("/1")
            tracker.view("/2")
            #expect(self.warnings.isEmpty)
            withExtendedLifetime(tracker) {}
        }()
        #expect(self.warnings.count == 1)
        #expect(self.warnings.first?.contains("released without having run") == true)
        #expect(self.warnings.first?.contains("queued=2") == true)
    }

    @Test func releasedTrackerThatCapturedNothingDoesNotWarn() throws {
        try {
            let tracker = try self.tracker()
            let disabled = try self.tracker { $0.isEnabled = false }
            disabled.view()
            withExtendedLifetime([tracker, disabled]) {}
        }()
        #expect(self.log.lines.isEmpty)
    }
}
