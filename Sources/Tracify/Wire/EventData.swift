/// The `data` object of a decoded event: strings under string keys.
struct EventData {
    private let pairs: [(key: String, value: String)]
    private let values: [String: String]

    init(_ members: [JSONValue.Member]) throws(InvalidValue) {
        var pairs: [(key: String, value: String)] = []
        var values: [String: String] = [:]
        for member in members {
            guard let text = member.value.string else {
                throw InvalidValue(field: "data", code: .malformed, allowed: "an object whose values are all strings")
            }
            pairs.append((member.key, text))
            if values[member.key] == nil {
                values[member.key] = text
            }
        }
        self.pairs = pairs
        self.values = values
    }

    subscript(_ key: String) -> String? { self.values[key] }

    func required(_ key: String) throws(InvalidValue) -> String {
        guard let value = self.values[key] else {
            throw InvalidValue(field: key, code: .missing, allowed: "a string")
        }
        return value
    }

    /// The items from `ITEM1` on, up to the first number that is not there.
    func items() throws(InvalidValue) -> [LineItem] {
        var items: [LineItem] = []
        while let name = self.values["ITEM\(items.count + 1)"] {
            items.append(try self.item(items.count + 1, name: name))
        }
        return items
    }

    private func item(_ number: Int, name: String) throws(InvalidValue) -> LineItem {
        let amountText = try self.required("AMT\(number)")
        guard let quantity = Int(self.values["QTY\(number)"] ?? "1") else {
            throw InvalidValue(field: "QTY\(number)", code: .malformed, allowed: "a whole number")
        }
        do throws(InvalidValue) {
            return try LineItem(name: name, amount: Amount(amountText), quantity: quantity)
        } catch {
            throw error.renamed(to: (error.field == DataKey.amount ? "AMT" : error.field) + "\(number)")
        }
    }

    /// What is neither the contract's own nor an item: the campaign parameters.
    func parameters(besides ownKeys: Set<String>) throws(InvalidValue) -> [URLParameter] {
        var parameters: [URLParameter] = []
        for (key, value) in self.pairs {
            if key == DataKey.origin || key == DataKey.referer || ownKeys.contains(key) || DataKey.isItem(key) { continue }
            parameters.append(try URLParameter(name: key, value: value))
        }
        return parameters
    }
}
