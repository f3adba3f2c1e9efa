//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if SQLite
/// Positions that one statement selects.
///
/// The events of one batch mostly have consecutive positions. Where other lanes' events lie between them, many positions are named
/// in one list instead of one range each.
enum PositionGroup: Equatable {
    case range(ClosedRange<Int64>)
    case list([Int64])

    /// The number of places in a list; the rest is filled with the last position, so that one cached statement serves all lists.
    static let listSize = 128

    /// The number of ranges that are not worth a list.
    private static let maximumRanges = 4

    /// The condition in SQL.
    var condition: String {
        switch self {
        case .range: "id BETWEEN ? AND ?"
        case .list: PositionGroup.listCondition
        }
    }

    private static let listCondition =
        "id IN (\(Array(repeating: "?", count: PositionGroup.listSize).joined(separator: ",")))"

    /// The values for the condition.
    var values: [Int64] {
        switch self {
        case .range(let range): [range.lowerBound, range.upperBound]
        case .list(let list):
            list + Array(repeating: list.last ?? 0, count: max(0, PositionGroup.listSize - list.count))
        }
    }

    /// Returns positions in as few groups as possible, the lowest first.
    ///
    /// - Parameter positions: The positions in any order. Impossible ones and repetitions are ignored.
    /// - Returns: The groups.
    static func groups(_ positions: [UInt64]) -> [PositionGroup] {
        let sorted = positions.compactMap { Int64(exactly: $0) }.sorted()
        var runs: [ClosedRange<Int64>] = []
        for position in sorted {
            if let last = runs.last, position == last.upperBound || position - 1 == last.upperBound {
                runs[runs.count - 1] = last.lowerBound...position
            } else {
                runs.append(position...position)
            }
        }
        guard runs.count > PositionGroup.maximumRanges else { return runs.map { .range($0) } }
        return stride(from: 0, to: sorted.count, by: PositionGroup.listSize)
            .map { .list(Array(sorted[$0..<min($0 + PositionGroup.listSize, sorted.count)])) }
    }
}
#endif
