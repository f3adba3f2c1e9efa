//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

extension EventValidator {
    /// The rules for the `data` object of one event.
    struct DataRules {
        let type: EventType?
        let allowedParameters: Set<String>

        func validate(_ members: [JSONValue.Member], _ report: inout Report) {
            var values: [String: String] = [:]
            var keys: Set<String> = []
            for member in members {
                let field = "data.\(Report.shown(member.key))"
                if !keys.insert(member.key).inserted {
                    report.add(field, "must not repeat")
                    continue
                }
                guard let text = member.value.string else {
                    report.add(field, "must be a string, not \(member.value.kind)")
                    continue
                }
                values[member.key] = text
                if !self.isKnown(member.key) {
                    report.add(field, "is neither a key of this event type nor an allowed URL parameter")
                }
            }
            self.validateSite(values, keys, &report)
            self.validateMoney(values, keys, &report)
            self.validateItems(values, keys, &report)
            self.validateSurvey(values, keys, &report)
        }

        private func isKnown(_ key: String) -> Bool {
            switch key {
            case DataKey.origin, DataKey.referer: true
            case DataKey.orderID: self.isOneOf(.purchase, .postPurchaseSurvey)
            case DataKey.conversionID, DataKey.conversionValue: self.isOneOf(.conversion)
            case DataKey.currency, DataKey.amount, DataKey.currencyCC: self.isOneOf(.purchase, .conversion)
            case DataKey.source, DataKey.medium: self.isOneOf(.postPurchaseSurvey)
            default:
                DataKey.isItem(key)
                    ? self.isOneOf(.purchase, .addToCart)
                    : URLParameter.isPassedOn(key, allowing: self.allowedParameters)
            }
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
            if let id = values[idKey], ValidationError.isBlank(id) {
                report.add("data.\(idKey)", "must not be empty")
            }
            if let currency = values[DataKey.currency], (try? Currency(currency)) == nil {
                report.add("data.currency", "must be an active ISO 4217 code, three uppercase letters")
            }
            if let currency = values[DataKey.currencyCC], currency != values[DataKey.currency] {
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
                if let name = values["ITEM\(number)"], ValidationError.isBlank(name) {
                    report.add("data.ITEM\(number)", "must not be empty")
                }
                if let amount = values["AMT\(number)"], (try? Amount(amount)) == nil {
                    report.add("data.AMT\(number)", "must be a number with at most two decimals after a point")
                }
                if let quantity = values["QTY\(number)"], !((Int(quantity) ?? 0) >= 1 && quantity.utf8.first != UInt8(ascii: "+"))
                {
                    report.add("data.QTY\(number)", "must be a whole number, 1 or more")
                }
            }
            for key in itemKeys.subtracting(expected).sorted() {
                report.add("data.\(Report.shown(key))", "must be numbered from 1 without gaps")
            }
        }

        private func validateSurvey(_ values: [String: String], _ keys: Set<String>, _ report: inout Report) {
            guard self.type == .postPurchaseSurvey else { return }
            for key in [DataKey.orderID, DataKey.source] where !keys.contains(key) {
                report.add("data.\(key)", "is required")
            }
            if let id = values[DataKey.orderID], ValidationError.isBlank(id) {
                report.add("data.order_id", "must not be empty")
            }
            if let source = values[DataKey.source], SurveyAnswer.Source(rawValue: source) == nil {
                report.add(
                    "data.source",
                    "must be one of \(SurveyAnswer.Source.allCases.map(\.rawValue).joined(separator: ", "))"
                )
            }
        }
    }
}
