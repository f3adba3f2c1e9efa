//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// The keys of an event's `data` that the contract defines.
///
/// Campaign parameters come from the visitor's URL and must not overwrite these keys (contract, "URL parameters").
enum DataKey {
    static let origin = "origin"
    static let referer = "Referer"
    static let orderID = "order_id"
    static let conversionID = "conversion_id"
    static let currency = "currency"
    static let amount = "amount"
    static let conversionValue = "value"
    static let currencyCC = "cc"
    static let source = "source"
    static let medium = "medium"

    private static let reserved: Set<String> = [
        "origin", "referer", "order_id", "conversion_id", "currency", "amount", "value", "cc", "source", "medium",
    ]

    /// Returns whether a name equals one of the keys or an item key such as `ITEM1`, `AMT1` or `QTY1`, in any case.
    static func isReserved(_ name: String) -> Bool {
        let name = name.lowercased()
        return self.reserved.contains(name) || self.isItem(name.uppercased())
    }

    /// Returns whether a key is an item key: `ITEM`, `AMT` or `QTY` in uppercase, followed by a number.
    static func isItem(_ key: String) -> Bool {
        for prefix in ["ITEM", "AMT", "QTY"] where key.hasPrefix(prefix) {
            let digits = key.dropFirst(prefix.count)
            if !digits.isEmpty, digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) { return true }
        }
        return false
    }
}
