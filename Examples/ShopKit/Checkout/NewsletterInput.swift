//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Tracify

/// The input of `POST /newsletter`.
struct NewsletterInput: Decodable {
    let email: String?
    let conversionID: String?
    let currency: String?
    let amount: AmountField?

    private enum CodingKeys: String, CodingKey {
        case email, currency, amount
        case conversionID = "conversion_id"
    }

    init(_ body: [UInt8], _ format: BodyFormat) throws(ValidationError) {
        switch format {
        case .json:
            self = try JSONBody.decode(NewsletterInput.self, from: body)
        case .form:
            let form = try FormBody(body)
            self.email = form["email"]
            self.conversionID = form["conversion_id"]
            self.currency = form["currency"]
            self.amount = form["amount"].map(AmountField.text)
        }
    }

    /// Returns the conversion.
    ///
    /// - Returns: The validated conversion.
    /// - Throws: `ValidationError` for the missing or invalid field.
    func conversion() throws(ValidationError) -> Conversion {
        guard let id = self.conversionID else {
            throw .missing("conversion_id", allowed: "the conversion's id, unique in the shop")
        }
        let (currency, amount) = try MoneyFields.check(currency: self.currency, amount: self.amount)
        return try Conversion(id: id, currency: currency, amount: amount)
    }
}
