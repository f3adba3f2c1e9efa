//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Tracify

extension StoreConformance {
    func erases() async throws {
        guard self.options.erasesVisitors else { return }
        let (visitor, other) = (AnonymizedHash(hashing: "visitor"), AnonymizedHash(hashing: "other"))
        // Those of the visitor are some of each type; the hash in a text of another visitor's event is no key.
        let events = (0..<48).map { StoreEvents.event($0, of: [visitor, other][$0 / 6 % 2], mentioning: visitor) }
        try await self.store.append(events)
        let stored = try await self.store.pending()
        for entry in stored.prefix(12) { try await self.store.settle([entry.position], .deadLetter(reason: "rejected")) }
        let isErased = { (event: EncodedEvent) in
            DeliveryLane(event.type) == .observations && StoreEvents.number(event) / 6 % 2 == 0
        }
        let erased = try await self.store.erase(visitor)
        try self.require(erased, is: StoreEvents.counts(events.filter(isErased)), "The erased events and dead letters")
        try await self.checkErased(events, isErased)
        try self.require(try await self.store.erase(visitor), is: [:], "The events of a repeated call")
        try await self.store.reopen()
        try await self.checkErased(events, isErased)
        try await self.checkSummary(hasOldest: false)
    }

    private func checkErased(_ events: [EncodedEvent], _ isErased: (EncodedEvent) -> Bool) async throws {
        let pending = try await self.store.pending().map(\.event)
        try self.require(pending, are: events[12...].filter { !isErased($0) }, "The pending events that stay")
        let letters = try await self.store.deadLetters().map(\.event)
        try self.require(letters, are: events[..<12].filter { !isErased($0) }.reversed(), "The dead letters that stay")
    }
}
