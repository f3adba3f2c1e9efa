//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if SQLite
import Tracify
#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension EncodedEvent {
    /// Creates an event from seven columns: type, JSON, the halves of the ID, date, site and order ID.
    ///
    /// - Returns: `nil` when the type is unknown.
    init?(_ row: borrowing DirectRow, at column: CInt) throws {
        guard let type = EventType(storeCode: Int(try row.integer(column))) else { return nil }
        self.init(
            id: EventID(storedHigh: try row.integer(column + 2), storedLow: try row.integer(column + 3)),
            type: type,
            date: Date(timeIntervalSince1970: try row.number(column + 4)),
            json: try row.bytes(column + 1)[...],
            orderID: row.optionalText(column + 6),
            site: try row.text(column + 5)
        )
    }
}
#endif
