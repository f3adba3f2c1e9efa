//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if SQLite
import Tracify

extension EventType {
    /// The number of the type in the file.
    ///
    /// It must never change.
    var storeCode: Int {
        switch self {
        case .pageView: 1
        case .productView: 2
        case .addToCart: 3
        case .purchase: 4
        case .conversion: 5
        case .postPurchaseSurvey: 6
        }
    }

    /// Creates a type from its number in the file.
    ///
    /// Returns `nil` for an unknown number, as a newer version of this library may write. Such rows stay in the file untouched.
    init?(storeCode: Int) {
        switch storeCode {
        case 1: self = .pageView
        case 2: self = .productView
        case 3: self = .addToCart
        case 4: self = .purchase
        case 5: self = .conversion
        case 6: self = .postPurchaseSurvey
        default: return nil
        }
    }

    /// The SQL condition of the rows whose type is known.
    static let isKnown = "type IN (\(EventType.sqlList(EventType.allCases)))"

    /// Returns the numbers of types as a list in SQL.
    static func sqlList(_ types: some Sequence<EventType>) -> String {
        types.map { String($0.storeCode) }.sorted().joined(separator: ", ")
    }
}
#endif
