//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if SQLite
import GRDB
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
    init?(_ row: Row, at column: Int) throws {
        guard let type = EventType(storeCode: try row.required(column)) else { return nil }
        let json = try row.withUnsafeData(atIndex: column + 1) { [UInt8]($0 ?? Data()) }
        self.init(
            id: EventID(storedHigh: try row.required(column + 2), storedLow: try row.required(column + 3)),
            type: type,
            date: Date(timeIntervalSince1970: try row.required(column + 4)),
            json: json[...],
            orderID: row[column + 6],
            site: try row.required(column + 5)
        )
    }
}
#endif
