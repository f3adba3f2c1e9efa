//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Foundation
import HTTPTypes
import Tracify

private func tracker() throws -> Tracker {
    // sample begin
    let tracker = try Tracker(
        configuration: .init(customerSiteID: CustomerSiteID("6b29fc40-ca47-1067-b31d-00dd010662da")),
        sink: InMemorySink()
    )
    // sample end
    return tracker
}

private func carts(_ tracker: Tracker) throws {
    // sample begin
    tracker.productViewed()
    tracker.itemsAddedToCart([try LineItem(name: "Mug", amount: Amount("12.50"), quantity: 2)])
    // sample end
}

private func addToCart(_ cart: any CartObserver) throws {
    // sample begin
    cart.itemsAddedToCart([try LineItem(name: "Mug", amount: Amount("12.50"))])
    // sample end
}

private func orders(_ tracker: Tracker, items: [LineItem], email: String) async throws {
    // sample begin
    let order = try Order(id: "1001", currency: .eur, amount: Amount("49.90"), items: items)
    let visit = Visit.current?.with(email: email)
    await tracker.reportOrder(order, by: visit)
    // sample end
}

private func conversions(_ tracker: Tracker) async throws {
    // sample begin
    let conversion = try Conversion(id: "newsletter-17", currency: .eur, amount: Amount("1.00"))
    await tracker.reportConversion(conversion)

    let answer = try SurveyAnswer(orderID: "1001", source: .tiktok)
    await tracker.reportSurveyAnswer(answer)
    // sample end
}

private func minorUnits() throws -> Amount {
    // sample begin
    let amount = try Amount(minorUnits: 4990, of: .eur)
    // sample end
    return amount
}

private func total(_ price: Amount, _ shipping: Amount) throws -> Amount {
    // sample begin
    let total = try price * 3 + shipping
    // sample end
    return total
}

private func rounded() throws -> Amount {
    // sample begin
    let amount = try Amount(roundingMinorUnits: 12_345, of: Currency("KWD"))
    // sample end
    return amount
}

private func receipts(_ tracker: Tracker, _ order: Order, _ visit: Visit) async throws {
    // sample begin
    let receipt = try await tracker.orderPlaced(order, by: visit)
    if receipt.durability == .durable {
        print("Committed to the store as \(String(describing: receipt.eventID))")
    }
    // sample end
}

// The doc comment aligns its comments.
// swift-format-ignore
private func forms(_ tracker: Tracker, _ order: Order, _ visit: Visit) async throws {
    // sample begin
    await tracker.reportOrder(order)                       // in the checkout
    let receipt = try await tracker.orderPlaced(order, by: visit)   // in a webhook, which is repeated after an error
    // sample end
    print(receipt.durability)
}

private struct Shop {
    func insert(orderID: String, visit: Data?) async throws {}
    func visit(of orderID: String) async throws -> Data? { nil }
}

private func checkout(_ order: Order, _ email: String, _ database: Shop) async throws {
    // sample begin
    let visit = Visit.current?.with(email: email)
    let column = try visit.map { try JSONEncoder().encode($0) }
    try await database.insert(orderID: order.id, visit: column)
    // sample end
}

private func webhook(_ tracker: Tracker, _ order: Order, _ database: Shop) async throws -> HTTPResponse.Status {
    // sample begin
    guard let column = try await database.visit(of: order.id) else { return .ok }
    let visit = try JSONDecoder().decode(Visit.self, from: column)
    do {
        try await tracker.orderPlaced(order, by: visit)
        return .ok
    } catch {
        // The payment provider repeats a webhook that was not answered with a success.
        return .serviceUnavailable
    }
    // sample end
}

private func fake() -> any OrderObserver {
    // sample begin
    actor RecordedOrders: OrderObserver {
        var orders: [Order] = []
        func orderPlaced(_ order: Order, by visit: Visit) -> OrderReceipt {
            orders.append(order)
            return OrderReceipt()
        }
        func conversionCompleted(_ conversion: Conversion, by visit: Visit) -> OrderReceipt { OrderReceipt() }
        func surveyAnswered(_ answer: SurveyAnswer, by visit: Visit) -> OrderReceipt { OrderReceipt() }
    }
    // sample end
    return RecordedOrders()
}

private func adapter(
    _ observer: some RequestObserver,
    _ request: HTTPRequest,
    _ peer: PeerAddress,
    _ handler: (HTTPRequest) async throws -> HTTPResponse
) async throws {
    // sample begin
    let visit = observer.visit(for: request, from: peer)
    let response = try await Visit.$current.withValue(visit) { try await handler(request) }
    observer.requestCompleted(request, response: response, visit: visit)
    // sample end
}

private func byHand(_ tracker: Tracker, _ order: Order) async throws {
    // sample begin
    let visit = Visit(
        address: IPAddress(ipv4: 0xCB00_7107),
        userAgent: "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
        url: try PageURL("https://shop.example/checkout")
    )
    await tracker.reportOrder(order, by: visit)
    // sample end
}
