//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

// The erasure of visitors.
extension ExporterCore {
    /// Whether nothing is under way that may bring events of a visitor back: records that are being stored, events that are being read,
    /// and acknowledgements that are being recorded.
    var canErase: Bool { !self.observations.isTaking && !self.observations.isReading && self.settlements.isQuiet }

    /// Removes the observations of a visitor that wait in memory, and those in flight when their delivery fails.
    ///
    /// - Parameter visitor: The visitor.
    /// - Returns: The removed events that are in memory only, and the number of stored events in flight, by type. The store counts those that
    ///   it deletes itself.
    mutating func erase(_ visitor: VisitorPattern) -> (removed: [EventID: EventType], sending: [EventType: Int]) {
        self.erasures.hasErased()
        var removed: [EventID: EventType] = [:]
        for header in self.observations.schedule.removeWaiting(where: visitor.isErased) where header.position == 0 {
            removed[header.id] = header.type
        }
        for event in self.settlements.removeWaiting(where: visitor.isErased) { removed[event.id] = event.type }
        var sending: [EventType: Int] = [:]
        for attempt in self.inFlight {
            guard let id = attempt.batch.firstID, let events = attempt.batch.removing(where: visitor.isErased)?.removed
            else { continue }
            self.erasures.sending[id, default: []].formUnion(events.map(\.id))
            for event in events where event.position > 0 { sending[event.type, default: 0] += 1 }
        }
        return (removed, sending)
    }

    /// Returns a batch in flight without its erased events; `nil` when none remains.
    mutating func withoutErased(_ batch: EventBatch) -> EventBatch? {
        guard let id = batch.firstID, let erased = self.erasures.sending.removeValue(forKey: id),
            let (rest, removed) = batch.removing(where: { erased.contains($0.id) })
        else { return batch }
        for header in removed { self.erasures.returned[header.type, default: 0] += 1 }
        return rest
    }

    /// Removes the erased events of a batch that is in flight no longer and was not accepted.
    mutating func eraseReturned(_ attempt: Attempt) {
        guard let id = attempt.batch.firstID, let erased = self.erasures.sending.removeValue(forKey: id) else { return }
        for header in self[attempt.lane].schedule.removeWaiting(where: { erased.contains($0.id) }) {
            self.erasures.returned[header.type, default: 0] += 1
        }
        for event in self.settlements.removeWaiting(where: { erased.contains($0.id) }) {
            self.erasures.returned[event.type, default: 0] += 1
        }
    }
}
