//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

// Delivery from an outbox.
extension Exporter {
    /// Looks for new entries once an interval, and gives back those whose lease would end while they are sent.
    func poll(_ outbox: OutboxEventStore) async {
        while (try? await self.clock.sleep(for: outbox.interval)) != nil {
            let ids = outbox.idsToGiveBack()
            if !ids.isEmpty { await outbox.giveBack(self.core.withdraw(ids, from: outbox.lane)) }
            self.outcomes.logWaiting(at: self.time)
            self.intake.waker.wake()
        }
    }
}

extension ExporterCore {
    /// Removes events that wait and are not in flight.
    ///
    /// - Returns: The IDs of those that were removed.
    fileprivate mutating func withdraw(_ ids: Set<EventID>, from lane: DeliveryLane) -> [EventID] {
        self[lane].schedule.removeWaiting { ids.contains($0.id) }.map(\.id)
    }
}
