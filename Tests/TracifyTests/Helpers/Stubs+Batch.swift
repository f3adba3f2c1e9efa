//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Foundation

@testable import Tracify

extension EventID {
    /// An identifier that shows its number.
    static func stub(_ number: UInt64) -> EventID { EventID(high: 0, low: number) }
}

extension EventBatch {
    /// A batch of page views with these paths, of visitors with these addresses in turn.
    static func stub(
        _ paths: [String],
        firstID: UInt64 = 0,
        date: Date = Date(timeIntervalSince1970: 1_718_973_397),
        from addresses: [String] = [Browsing.address]
    ) throws -> EventBatch {
        var builder = EventBatchBuilder()
        for (index, path) in paths.enumerated() {
            let address = addresses[index % addresses.count]
            let visit = Visit(Browsing.request(path), from: PeerAddress(text: address), at: date)
            var cache = IdentityCache(capacity: 2)
            let event = try visit.resolve(with: &cache, by: .default)
                .event(
                    .pageView,
                    customerSiteID: CustomerSiteID("6b29fc40-ca47-1067-b31d-00dd010662da")
                )
            let number = firstID + UInt64(index)
            builder.append(EventBatch.Header(id: .stub(number), type: .pageView, date: date, position: number)) {
                $0.append(contentsOf: EventEncoder().encode(event))
            }
        }
        guard let batch = builder.finish() else { throw CancellationError() }
        return batch
    }
}
