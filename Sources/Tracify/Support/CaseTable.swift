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
