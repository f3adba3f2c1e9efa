//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Foundation

@testable import Tracify

/// An event of a simulation, with what the shop was told about it and what became of it.
struct SimulatedEvent {
    /// What the shop was told.
    enum Receipt {
        /// Nothing: observations have no receipt, and a refused order neither.
        case none
        case inMemory, durable
        /// The store did not answer in time.
        case unknown
    }

    /// What became of it, as far as the tracker knows.
    enum Fate: Hashable {
        case refused, delivered, deadLetter, dropped, discarded, evicted
        /// It was in memory when the process ended without warning, or at the deadline.
        case lostWithProcess
    }

    let number: Int
    let encoded: EncodedEvent
    let poison: Scenario.Poison?
    let captured: SimulatedInstant
    var receipt = Receipt.none
    var fates: Set<Fate> = []

    /// Whether nothing that is known when it happens may delay it.
    var isUndisturbed = false
    /// The number of batches of its lane that the tracker knew to be accepted when the event was first sent; `nil` before.
    var acceptancesAtFirstSend: Int?
    /// How often the present process got an answer that confirmed nothing, although others had been accepted.
    var unconfirmed = (generation: 0, count: 0)

    // By the type, not by the core's own idea of a lane.
    var isOrder: Bool { self.encoded.type == .purchase || self.encoded.type == .conversion }
    var lane: DeliveryLane { self.isOrder ? .orders : .observations }

    init(
        number: Int,
        type: EventType,
        poison: Scenario.Poison?,
        captured: SimulatedInstant,
        date: Date = Date(timeIntervalSince1970: 0),
        namesOrderInJSON: Bool = false
    ) {
        self.number = number
        self.poison = poison
        self.captured = captured
        let orderID = type == .purchase || type == .conversion ? "\(number)" : nil
        // A store's file of an older version has no other order IDs.
        let data = orderID.flatMap { namesOrderInJSON ? #","data":{"order_id":"\#($0)"}"# : nil } ?? ""
        let site = "6b29fc40-ca47-1067-b31d-00dd010662da"
        let json = #"{"url":"https://shop.example/\#(number)","customer_site_id":"\#(site)","n":\#(number)\#(data)}"#
        self.encoded = EncodedEvent(
            id: EventID(high: 0x7000, low: UInt64(number)),
            type: type,
            date: Date(timeIntervalSince1970: date.timeIntervalSince1970.rounded(.down)),
            json: Array(json.utf8)[...],
            orderID: orderID
        )
    }
}
