//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// One value for each member of a small set, in an array: counting costs an addition and no hashing.
struct CaseTable<Case: TableIndexed, Value: Sendable>: Sendable {
    private var values: [Value]

    init(repeating value: Value) {
        self.values = Array(repeating: value, count: Case.allCases.count)
    }

    init(_ value: (Case) -> Value) {
        self.values = Case.allCases.map(value)
    }

    subscript(_ key: Case) -> Value {
        get { self.values[key.tableIndex] }
        _modify { yield &self.values[key.tableIndex] }
    }
}

/// A small set whose members know their position in `allCases`.
protocol TableIndexed: CaseIterable {
    var tableIndex: Int { get }
}

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

extension DropReason: TableIndexed {
    var tableIndex: Int { self.code.rawValue }
}

extension SkipReason: TableIndexed {
    var tableIndex: Int { self.code.rawValue }
}
