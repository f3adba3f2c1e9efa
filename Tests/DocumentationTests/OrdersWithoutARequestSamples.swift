//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Foundation
import Tracify

private struct Accounts {
    func store(_ visit: Data, of customerID: String) async throws {}
    func visit(of customerID: String) async throws -> Data? { nil }
}

private struct Charge {
    let id: String
    let customerID: String
    let cents: Int64
    let date: Date
    let email: String
}

private struct Subscriptions {
    func chargesOfToday() async throws -> [Charge] { [] }
}

private func keepVisit(_ accounts: Accounts, customerID: String, email: String) async throws {
    // sample begin
    if let visit = Visit.current?.with(email: email), visit.hasConsent {
        try await accounts.store(JSONEncoder().encode(visit), of: customerID)
    }
    // sample end
}

private struct Job {
    let accounts: Accounts
    let subscriptions: Subscriptions

    @discardableResult
    private func report(_ charge: Charge, to tracker: Tracker) async throws -> OrderReceipt? {
        let accounts = self.accounts
        let customerID = charge.customerID
        // sample begin
        guard let column = try await accounts.visit(of: customerID) else { return nil }
        let visit = try JSONDecoder().decode(Visit.self, from: column)
        let order = try Order(id: charge.id, currency: .eur, amount: Amount(minorUnits: charge.cents, of: .eur))
        return try await tracker.orderPlaced(order, by: visit.at(charge.date).with(email: charge.email))
        // sample end
    }

    func run(_ tracker: Tracker) async throws {
        let subscriptions = self.subscriptions
        // sample begin
        try await withTracker(tracker) { tracker in
            for charge in try await subscriptions.chargesOfToday() {
                try await self.report(charge, to: tracker)
            }
        }
        // sample end
    }
}

private func shortLived(_ tracker: Tracker, _ order: Order, _ visit: Visit) async throws {
    // sample begin
    try await withTracker(tracker) { tracker in
        try await tracker.orderPlaced(order, by: visit)
    }
    // sample end
}
