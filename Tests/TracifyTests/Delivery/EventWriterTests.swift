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

    /// The ID of a stored event is corrected to the configured one, but not that of another site of the process.
    @Test func keepsIDsOfOtherSites() throws {
        let ids = [
            "6b29fc40-ca47-1067-b31d-00dd010662da", "0b29fc40-ca47-1067-b31d-00dd010662da",
            "ffffffff-ca47-1067-b31d-00dd010662da",
        ]
        let sites = try ids.map { try CustomerSiteID($0) }
        var capture = CaptureConfiguration()
        capture.sites = [try Site("shop.example"), try Site("b2b.example", customerSiteID: sites[1])]
        let writer = EventWriter(
            customerSiteID: sites[0],
            encoder: EventEncoder(),
            batches: BatchConfiguration(),
            rules: try CaptureRules(capture),
            cachedVisitors: 0
        )
        let stored = try ids.enumerated()
            .map { index, id in
                let event = try Event.stub(customerSiteID: id)
                return StoredEvent(position: UInt64(index + 1), event: EventEncoder().encode(event, id: EventID()))
            }
        let sent = try writer.batches(of: stored).flatMap { try $0.batch.map { try $0.decoded().customerSiteID } }
        #expect(sent == [sites[0], sites[1], sites[0]])
    }
}
