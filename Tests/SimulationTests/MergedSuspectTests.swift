//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Testing

@testable import Tracify

/// What the simulator found, in small.
struct MergedSuspectTests {
    private func attempt(_ number: Int, position: UInt64) -> DeliveryAttempt<SimulatedInstant>? {
        let event = SimulatedEvent(number: number, type: .pageView, poison: nil, captured: SimulatedInstant())
        var builder = EventBatchBuilder()
        builder.append(EventBatch.Header(event.encoded, position: position)) { $0.append(contentsOf: event.encoded.json) }
        return builder.finish().map { DeliveryAttempt(lane: .observations, batch: $0, isSuspect: true) }
    }

    @Test func mergesNoStoredEventsWithThoseInMemory() throws {
        var suspects = SuspectList<SimulatedInstant>()
        for number in 0..<12 {
            suspects.append(try #require(self.attempt(number, position: number < 6 ? UInt64(number + 1) : 0)))
        }
        suspects.merge(maximumEvents: 100, maximumBytes: .max)
        let batches = suspects.removeAll().map(\.batch.positions)
        #expect(batches == [[1, 2, 3, 4, 5, 6], [0, 0, 0, 0, 0, 0]])
    }
}
