//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

extension EventValidator {
    /// The rules for the `data` object of one event.
    struct DataRules {
        let type: EventType?
        let allowedParameters: Set<String>?

        func validate(_ members: [JSONValue.Member], _ report: inout Report) {
            var values: [String: String] = [:]
            var keys: Set<String> = []
            var parameterCount = 0
            for member in members {
                // Made only for a deviation.
                func field() -> String { "data.\(Report.shown(member.key))" }
                if !keys.insert(member.key).inserted {
                    report.add(field(), "must not repeat")
                    continue
                }
                guard let text = member.value.string else {
                    report.add(field(), "must be a string, not \(member.value.kind)")
                    continue
                }
                values[member.key] = text
                if self.isOwnKey(member.key) { continue }
                guard self.isParameter(member.key) else {
                    report.add(field(), "is neither a key of this event type nor an allowed URL parameter")
                    continue
                }
                parameterCount += 1
                if text.utf8.count > URLParameter.maximumValueLength {
                    report.add(field(), "must have at most \(URLParameter.maximumValueLength) bytes of UTF-8")
                }
            }
            if parameterCount > URLParameter.maximumCount {
                report.add("data", "must have at most \(URLParameter.maximumCount) URL parameters")
            }
            self.validateSite(values, keys, &report)
            self.validateMoney(values, keys, &report)
            self.validateItems(values, keys, &report)
            self.validateSurvey(values, keys, &report)
        }

        /// Returns whether the contract defines a key for the event's type.
        private func isOwnKey(_ key: String) -> Bool {
            switch key {
            case DataKey.origin, DataKey.referer: true
            case DataKey.orderID: self.isOneOf(.purchase, .postPurchaseSurvey)
            case DataKey.conversionID, DataKey.conversionValue: self.isOneOf(.conversion)
            case DataKey.currency, DataKey.amount, DataKey.currencyCC: self.isOneOf(.purchase, .conversion)
            case DataKey.source, DataKey.medium: self.isOneOf(.postPurchaseSurvey)
            default:
                DataKey.isItem(key) && self.isOneOf(.purchase, .addToCart)
            }
        }

        private func isParameter(_ key: String) -> Bool {
            guard (try? URLParameter.checkName(key)) != nil else { return false }
            return self.allowedParameters.map { URLParameter.isPassedOn(key, allowing: $0) } ?? true
        }

        /// Returns whether the event has one of the types.
        ///
        /// An unknown type is reported on its own, so it matches every type here and causes no further deviations.
        private func isOneOf(_ types: EventType...) -> Bool {
            self.type.map(types.contains) ?? true
        }

        private func validateSite(_ values: [String: String], _ keys: Set<String>, _ report: inout Report) {
            if let origin = values[DataKey.origin] {
                if (try? Origin(origin))?.text != origin {
                    report.add("data.origin", "must be a serialized origin such as https://www.example.com")
                }
            } else if !keys.contains(DataKey.origin) {
                report.add("data.origin", "is required")
            }
            if let referer = values[DataKey.referer] {
                report.checkURL(referer, field: "data.Referer", minimumLength: 1, isPage: false)
            }
        }

        private func validateMoney(_ values: [String: String], _ keys: Set<String>, _ report: inout Report) {
            let idKey: String
            switch self.type {
            case .purchase: idKey = DataKey.orderID
            case .conversion: idKey = DataKey.conversionID
            default: return
            }
            for key in [idKey, DataKey.currency, DataKey.amount] where !keys.contains(key) {
                report.add("data.\(key)", "is required")
            }
            report.checkText(values[idKey], field: "data.\(idKey)", limit: Order.maximumIDLength)
            if let currency = values[DataKey.currency], (try? Currency(currency)) == nil {
                report.add("data.currency", "must be an active ISO 4217 code, three uppercase letters")
            }
            // The bytes are compared: a Kelvin sign equals a `K` by canonical equivalence.
            if let currency = values[DataKey.currencyCC], values[DataKey.currency]?.utf8.elementsEqual(currency.utf8) != true {
                report.add("data.cc", "must equal currency")
            }
            if let amount = values[DataKey.amount], (try? Amount(amount))?.description != amount {
                report.add("data.amount", "must have exactly two decimals after a point, such as 100.00")
            }
            if let value = values[DataKey.conversionValue], value != values[DataKey.amount] {
                report.add("data.value", "must equal amount")
            }
        }

        private func validateItems(_ values: [String: String], _ keys: Set<String>, _ report: inout Report) {
            let itemKeys = keys.filter(DataKey.isItem)
            guard self.isOneOf(.purchase, .addToCart), !itemKeys.isEmpty else { return }
            // Without gaps, no number can exceed the number of keys.
            var expected: Set<String> = []
            for number in 1...itemKeys.count {
                let triple = ["ITEM\(number)", "AMT\(number)", "QTY\(number)"]
                guard triple.contains(where: keys.contains) else { break }
                expected.formUnion(triple)
                for key in triple where !keys.contains(key) {
                    report.add("data.\(key)", "is required: an item has a name, an amount and a quantity")
                }
                report.checkText(values["ITEM\(number)"], field: "data.ITEM\(number)", limit: LineItem.maximumNameLength)
                if let amount = values["AMT\(number)"], (try? Amount(amount)) == nil {
                    report.add("data.AMT\(number)", "must be a number with at most two decimals after a point")
                }
                if let quantity = values["QTY\(number)"], !self.isQuantity(quantity) {
                    report.add("data.QTY\(number)", "must be a whole number from 1 to \(LineItem.maximumQuantity)")
                }
            }
            if expected.count > 3 * LineItem.maximumCount {
                report.add("data", "must have at most \(LineItem.maximumCount) items")
            }
            for key in itemKeys.subtracting(expected).sorted() {
                report.add("data.\(Report.shown(key))", "must be numbered from 1 without gaps")
            }
        }

        private func isQuantity(_ text: String) -> Bool {
            guard text.utf8.first != UInt8(ascii: "+"), let quantity = Int(text) else { return false }
            return (1...LineItem.maximumQuantity).contains(quantity)
        }

        private func validateSurvey(_ values: [String: String], _ keys: Set<String>, _ report: inout Report) {
            guard self.type == .postPurchaseSurvey else { return }
            for key in [DataKey.orderID, DataKey.source] where !keys.contains(key) {
                report.add("data.\(key)", "is required")
            }
            report.checkText(values[DataKey.orderID], field: "data.order_id", limit: Order.maximumIDLength)
            report.checkText(values[DataKey.medium], field: "data.medium", limit: SurveyAnswer.maximumMediumLength)
            if let source = values[DataKey.source], SurveyAnswer.Source(rawValue: source) == nil {
                report.add(
                    "data.source",
                    "must be one of \(SurveyAnswer.Source.allCases.map(\.rawValue).joined(separator: ", "))"
                )
            }
        }
    }
}
