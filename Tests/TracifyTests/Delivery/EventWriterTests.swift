//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Testing

@testable import Tracify

struct EventWriterTests {
    /// At the end of the process, events in memory are stored: those of a mixed batch would be stored twice.
    @Test func storedEventsAreInBatchesOfTheirOwn() throws {
        let writer = EventWriter(
            customerSiteID: try CustomerSiteID("6b29fc40-ca47-1067-b31d-00dd010662da"),
            encoder: EventEncoder(),
            batches: BatchConfiguration(),
            rules: .default,
            cachedVisitors: 0
        )
        let events = zip([0, 0, 7, 8, 0] as [UInt64], try EventBatch.stub(["/1", "/2", "/3", "/4", "/5"]))
            .map { StoredEvent(position: $0, event: $1) }
        #expect(writer.batches(of: events).map(\.batch.positions) == [[0, 0], [7, 8], [0]])
    }
}
