//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// The `data` object of an event that is being decoded, whose values are all strings.
struct EventData {
    private let pairs: [(key: String, value: String)]
    private let values: [String: String]

    init(_ members: [JSONValue.Member]) throws(ValidationError) {
        var pairs: [(key: String, value: String)] = []
        var values: [String: String] = [:]
        for member in members {
            guard let text = member.value.string else {
                throw ValidationError(field: "data", code: .malformed, allowed: "an object whose values are all strings")
            }
            pairs.append((member.key, text))
            if values[member.key] == nil {
                values[member.key] = text
            }
        }
        self.pairs = pairs
        self.values = values
    }

    /// The first value of a key; `nil` if the key is missing.
    subscript(_ key: String) -> String? { self.values[key] }

    /// Returns the first value of a key; throws ``ValidationError`` if the key is missing.
    func required(_ key: String) throws(ValidationError) -> String {
        guard let value = self.values[key] else {
            throw ValidationError(field: key, code: .missing, allowed: "a string")
        }
        return value
    }

    /// Returns the items from `ITEM1` up to the first missing number.
    func items() throws(ValidationError) -> [LineItem] {
        var items: [LineItem] = []
        while let name = self.values["ITEM\(items.count + 1)"] {
            items.append(try self.item(items.count + 1, name: name))
        }
        return items
    }

    private func item(_ number: Int, name: String) throws(ValidationError) -> LineItem {
        let amountText = try self.required("AMT\(number)")
        guard let quantity = Int(try self.required("QTY\(number)")) else {
            throw ValidationError(field: "QTY\(number)", code: .malformed, allowed: "a whole number")
        }
        do throws(ValidationError) {
            return try LineItem(name: name, amount: Amount(amountText), quantity: quantity)
        } catch {
            throw error.renamed(to: (error.field == DataKey.amount ? "AMT" : error.field) + "\(number)")
        }
    }

    /// Returns the campaign parameters: every member except the contract's own keys and the items.
    func parameters(besides ownKeys: Set<String>) throws(ValidationError) -> [URLParameter] {
        var parameters: [URLParameter] = []
        for (key, value) in self.pairs {
            if key == DataKey.origin || key == DataKey.referer || ownKeys.contains(key) || DataKey.isItem(key) { continue }
            parameters.append(try URLParameter(name: key, value: value))
        }
        return parameters
    }
}
