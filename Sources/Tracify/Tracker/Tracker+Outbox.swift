//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

// Orders in the transactions of the shop.
extension Tracker {
    /// Returns the finished event of an order, to be written into the shop's database in the transaction of the order.
    ///
    /// An ``OutboxRelay`` then delivers it. There is neither an order without its event nor an event without its order, whenever the
    /// server crashes. Do not report the order in another way, too.
    ///
    /// ```swift
    /// let entry = try await tracker.prepare(order, by: visit)
    /// try await database.write { db in
    ///     try record.insert(db)
    ///     if let entry { try SQLiteOutbox.insert(entry, in: db) }
    /// }
    /// ```
    ///
    /// The event counts as captured, also when the transaction is rolled back.
    ///
    /// - Parameters:
    ///   - order: The order.
    ///   - visit: The visit in which it was placed.
    /// - Returns: The entry; `nil` when the order is not reported: without consent, with an excluded type, or with a disabled tracker.
    /// - Throws: ``ValidationError`` about the visit; ``TrackerError/Code/refused``.
    public func prepare(_ order: Order, by visit: Visit) async throws -> OutboxEntry? {
        try await self.prepare(.purchase(order), by: visit)
    }

    /// Returns the finished event of a conversion, as ``prepare(_:by:)-(Order,_)`` does.
    ///
    /// - Parameters:
    ///   - conversion: The conversion.
    ///   - visit: The visit in which it was completed.
    /// - Returns: The entry; `nil` when the conversion is not reported.
    /// - Throws: As for an order.
    public func prepare(_ conversion: Conversion, by visit: Visit) async throws -> OutboxEntry? {
        try await self.prepare(.conversion(conversion), by: visit)
    }

    /// Returns the finished event of a survey answer, as ``prepare(_:by:)-(Order,_)`` does.
    ///
    /// - Parameters:
    ///   - answer: The answer.
    ///   - visit: The visit in which it was given.
    /// - Returns: The entry; `nil` when the answer is not reported.
    /// - Throws: As for an order.
    public func prepare(_ answer: SurveyAnswer, by visit: Visit) async throws -> OutboxEntry? {
        try await self.prepare(.postPurchaseSurvey(answer), by: visit)
    }

    private func prepare(_ detail: Event.Detail, by visit: Visit) async throws -> OutboxEntry? {
        guard let visit = try await self.resolve(detail, by: visit) else { return nil }
        return OutboxEntry(try self.intake.capture(detail, by: visit))
    }
}
