//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Tracify

/// The input of `POST /cart`.
struct CartInput: Decodable {
    let sku: String?
    let quantity: QuantityField?

    init(_ body: [UInt8], _ format: BodyFormat) throws(ValidationError) {
        switch format {
        case .json:
            self = try JSONBody.decode(CartInput.self, from: body)
        case .form:
            let form = try FormBody(body)
            self.sku = form["sku"]
            self.quantity = try form["quantity"].map(QuantityField.init(text:))
        }
    }

    /// Returns the line to add to the cart.
    ///
    /// - Parameter catalog: The products that are sold.
    /// - Returns: The product and its quantity.
    /// - Throws: `ValidationError` for `sku`.
    func addition(of catalog: Catalog) throws(ValidationError) -> Cart.Line {
        guard let sku = self.sku else { throw .missing("sku", allowed: "a product's SKU") }
        guard let product = catalog.product(sku: sku) else {
            throw ValidationError(field: "sku", code: .outOfRange, allowed: "a product that the shop sells")
        }
        return Cart.Line(product: product, quantity: self.quantity?.value ?? 1)
    }
}
