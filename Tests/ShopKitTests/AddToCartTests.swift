//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
import ShopKit
import Testing
import Tracify

@Suite
struct AddToCartTests {
    let observer = RecordingObserver()
    var shop: Shop { Shop(self.observer) }

    @Test
    func formRedirectsToCart() throws {
        let response = self.shop.addToCart(.form("sku=MUG-01&quantity=2"))
        #expect(response.status == 303)
        #expect(response.header("location") == "/cart")
        #expect(response.header("set-cookie") == "cart=MUG-01.2; Path=/; HttpOnly; SameSite=Lax")
        #expect(self.observer.additions == [[try LineItem(name: "Speckled Stoneware Mug", amount: Amount("24.00"), quantity: 2)]])
    }

    @Test
    func quantityDefaultsToOne() throws {
        #expect(self.shop.addToCart(.form("sku=TEA-03")).header("set-cookie")?.hasPrefix("cart=TEA-03.1;") == true)
        #expect(self.shop.addToCart(.json(#"{"sku":"TEA-03"}"#)).header("set-cookie")?.hasPrefix("cart=TEA-03.1;") == true)
        #expect(self.observer.additions.map { $0.map(\.quantity) } == [[1], [1]])
    }

    @Test
    func jsonRequestReturnsCart() throws {
        struct CartBody: Decodable, Equatable {
            struct Item: Decodable, Equatable {
                let sku: String
                let name: String
                let amount: String
                let quantity: Int
            }
            let status: String
            let currency: String
            let amount: String
            let items: [Item]
        }
        let response = self.shop.addToCart(.json(#"{"sku":"TEA-03","quantity":1}"#, cookie: "cart=MUG-01.2"))
        #expect(response.status == 200)
        #expect(response.header("content-type") == "application/json")
        #expect(response.header("set-cookie") == "cart=MUG-01.2~TEA-03.1; Path=/; HttpOnly; SameSite=Lax")
        let body = try JSONDecoder().decode(CartBody.self, from: Data(response.body))
        #expect(
            body
                == CartBody(
                    status: "ok",
                    currency: "EUR",
                    amount: "64.90",
                    items: [
                        .init(sku: "MUG-01", name: "Speckled Stoneware Mug", amount: "24.00", quantity: 2),
                        .init(sku: "TEA-03", name: "First Flush Darjeeling", amount: "16.90", quantity: 1),
                    ]
                )
        )
        // Only the added items are reported, not the whole cart.
        #expect(self.observer.additions.map { $0.map(\.name) } == [["First Flush Darjeeling"]])
    }

    @Test
    func addsToExistingQuantity() {
        let response = self.shop.addToCart(.form("sku=MUG-01&quantity=3", cookie: "cart=MUG-01.2~BOW-05.1"))
        #expect(response.header("set-cookie")?.hasPrefix("cart=MUG-01.5~BOW-05.1;") == true)
        #expect(self.observer.additions.map { $0.map(\.quantity) } == [[3]])
    }

    @Test(arguments: ["0", "-1", "100", "99999999999999999999", "two", "1.5", " 1", ""])
    func invalidQuantityReturns422(quantity: String) {
        let response = self.shop.addToCart(.form("sku=MUG-01&quantity=\(quantity)"))
        #expect(response.status == 422)
        response.expectPage(naming: "quantity")
        #expect(response.header("set-cookie") == nil)
        #expect(self.observer.additions.isEmpty)
    }

    @Test(arguments: ["0", "-1", "100", "1e30", "1.5", "\"2\"", "true", "[1]", "9223372036854775807"])
    func invalidQuantityInJSONReturns422(quantity: String) throws {
        let response = self.shop.addToCart(.json(#"{"sku":"MUG-01","quantity":\#(quantity)}"#))
        #expect(response.status == 422)
        #expect(try response.reason.hasPrefix("quantity is "))
        #expect(self.observer.additions.isEmpty)
    }

    @Test
    func exceedingCartLimitReturns422() throws {
        let response = self.shop.addToCart(.json(#"{"sku":"MUG-01","quantity":2}"#, cookie: "cart=MUG-01.98"))
        #expect(response.status == 422)
        #expect(try response.reason.hasPrefix("quantity is out of range"))
        #expect(self.observer.additions.isEmpty)
    }

    @Test
    func missingOrUnknownProductReturns422() throws {
        #expect(try self.shop.addToCart(.json("{}")).reason == "sku is missing; allowed: a product's SKU")
        #expect(try self.shop.addToCart(.json(#"{"sku":null}"#)).reason.hasPrefix("sku is missing"))
        #expect(try self.shop.addToCart(.json(#"{"sku":"NO-99"}"#)).reason.hasPrefix("sku is out of range"))
        #expect(try self.shop.addToCart(.json(#"{"sku":7}"#)).reason.hasPrefix("sku is malformed"))
        for body in ["", "quantity=1", "sku=", "sku=NO-99", "SKU=MUG-01"] {
            let response = self.shop.addToCart(.form(body))
            #expect(response.status == 422)
            response.expectPage(naming: "sku")
        }
        #expect(self.observer.additions.isEmpty)
    }
}
