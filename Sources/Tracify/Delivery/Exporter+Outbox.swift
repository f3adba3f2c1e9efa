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
            if !ids.isEmpty {
                let withdrawn = self.core.withdraw(ids, from: outbox.lane)
                await outbox.giveBack(withdrawn + self.core.unknown(ids.subtracting(withdrawn), of: outbox))
            }
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

    /// Returns the entries that are neither sent nor to be deleted: a claim that ended too late has no reader.
    fileprivate func unknown(_ ids: Set<EventID>, of outbox: OutboxEventStore) -> [EventID] {
        guard !ids.isEmpty, !self[outbox.lane].isReading else { return [] }
        let inFlight = self.inFlight.lazy.flatMap { $0.batch.map(\.id) }
        return Array(ids.subtracting(inFlight).subtracting(outbox.ids(at: self.settlements.positions)))
    }
}
