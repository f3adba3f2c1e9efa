//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

typealias TypeTally = CaseTable<EventType, Int>

extension CaseTable where Case == EventType, Value == Int {
    /// The count of one type, or of all when `nil`.
    func sum(_ type: EventType?) -> Int {
        type.map { self[$0] } ?? EventType.allCases.reduce(0) { $0 + self[$1] }
    }
}

extension EventType: TableIndexed {
    var tableIndex: Int {
        switch self {
        case .pageView: 0
        case .productView: 1
        case .addToCart: 2
        case .purchase: 3
        case .conversion: 4
        case .postPurchaseSurvey: 5
        }
    }
}
