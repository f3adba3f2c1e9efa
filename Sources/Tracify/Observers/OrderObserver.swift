//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// An observer of orders, conversions and survey answers.
///
/// There are two forms of each call. The throwing one returns once the event is safe, or says why it is not: await it where a failure
/// can be repeated, such as a payment provider's webhook. The other one (``reportOrder(_:by:)`` and its kind) never throws, so a
/// tracking failure cannot fail a checkout: it logs and counts the failure instead.
///
/// ```swift
/// await tracker.reportOrder(order)                       // in the checkout
/// let receipt = try await tracker.orderPlaced(order, by: visit)   // in a webhook, which is repeated after an error
/// ```
///
/// ## Testing application code
///
/// Application code takes `any OrderObserver` and is tested with a fake of a few lines:
///
/// ```swift
/// actor RecordedOrders: OrderObserver {
///     var orders: [Order] = []
///     func orderPlaced(_ order: Order, by visit: Visit) -> OrderReceipt {
///         orders.append(order)
///         return OrderReceipt()
///     }
///     func conversionCompleted(_ conversion: Conversion, by visit: Visit) -> OrderReceipt { OrderReceipt() }
///     func surveyAnswered(_ answer: SurveyAnswer, by visit: Visit) -> OrderReceipt { OrderReceipt() }
/// }
/// ```
public protocol OrderObserver: Sendable {
    /// Reports that an order was placed, and returns once the event is safe.
    ///
    /// - Parameters:
    ///   - order: The order.
    ///   - visit: The visit in which it was placed, with the customer's email if it is known: `visit.with(email:)`.
    /// - Returns: The event's ID and how safe it is.
    /// - Throws: ``TrackerError`` or ``EventStoreError`` when the event is not safe; ``ValidationError`` for a visit that no event can
    ///   be made of. Nothing is sent then, and the call can be repeated.
    @discardableResult
    func orderPlaced(_ order: Order, by visit: Visit) async throws -> OrderReceipt

    /// Reports that a conversion was completed, and returns once the event is safe.
    ///
    /// - Parameters:
    ///   - conversion: The conversion.
    ///   - visit: The visit in which it was completed.
    /// - Returns: The event's ID and how safe it is.
    /// - Throws: As ``orderPlaced(_:by:)``.
    @discardableResult
    func conversionCompleted(_ conversion: Conversion, by visit: Visit) async throws -> OrderReceipt

    /// Reports that a customer answered the survey after an order, and returns once the event is safe.
    ///
    /// - Parameters:
    ///   - answer: The answer.
    ///   - visit: The visit in which it was given.
    /// - Returns: The event's ID and how safe it is.
    /// - Throws: As ``orderPlaced(_:by:)``.
    @discardableResult
    func surveyAnswered(_ answer: SurveyAnswer, by visit: Visit) async throws -> OrderReceipt

    /// Handles an error that a form that cannot throw has caught. Does nothing by default; a ``Tracker`` logs and counts it.
    ///
    /// - Parameters:
    ///   - error: The error of the throwing form.
    ///   - type: The type of the event that was not accepted.
    func reportFailed(_ error: any Error, for type: EventType)
}

extension OrderObserver {
    /// Does nothing.
    public func reportFailed(_ error: any Error, for type: EventType) {}

    /// Reports an order that was placed in the current request's visit.
    ///
    /// - Parameter order: The order.
    /// - Returns: The event's ID and how safe it is.
    /// - Throws: As ``orderPlaced(_:by:)``; ``TrackerError/Code/noCurrentVisit`` outside of a handler.
    @discardableResult
    public func orderPlaced(_ order: Order) async throws -> OrderReceipt {
        try await self.orderPlaced(order, by: try Visit.requireCurrent())
    }

    /// Reports a conversion that was completed in the current request's visit.
    ///
    /// - Parameter conversion: The conversion.
    /// - Returns: The event's ID and how safe it is.
    /// - Throws: As ``orderPlaced(_:by:)``; ``TrackerError/Code/noCurrentVisit`` outside of a handler.
    @discardableResult
    public func conversionCompleted(_ conversion: Conversion) async throws -> OrderReceipt {
        try await self.conversionCompleted(conversion, by: try Visit.requireCurrent())
    }

    /// Reports a survey answer that was given in the current request's visit.
    ///
    /// - Parameter answer: The answer.
    /// - Returns: The event's ID and how safe it is.
    /// - Throws: As ``orderPlaced(_:by:)``; ``TrackerError/Code/noCurrentVisit`` outside of a handler.
    @discardableResult
    public func surveyAnswered(_ answer: SurveyAnswer) async throws -> OrderReceipt {
        try await self.surveyAnswered(answer, by: try Visit.requireCurrent())
    }
}

// The forms that cannot throw.
extension OrderObserver {
    /// Reports that an order was placed.
    ///
    /// A failure is logged and counted, and never reaches the caller.
    ///
    /// - Parameters:
    ///   - order: The order.
    ///   - visit: The visit in which it was placed; the current request's when not given.
    /// - Returns: The event's ID and how safe it is; `nil` when the event was not accepted.
    @discardableResult
    public func reportOrder(_ order: Order, by visit: Visit? = Visit.current) async -> OrderReceipt? {
        await self.report(.purchase, by: visit) { visit in try await self.orderPlaced(order, by: visit) }
    }

    /// Reports that a conversion was completed.
    ///
    /// A failure is logged and counted, and never reaches the caller.
    ///
    /// - Parameters:
    ///   - conversion: The conversion.
    ///   - visit: The visit in which it was completed; the current request's when not given.
    /// - Returns: The event's ID and how safe it is; `nil` when the event was not accepted.
    @discardableResult
    public func reportConversion(_ conversion: Conversion, by visit: Visit? = Visit.current) async -> OrderReceipt? {
        await self.report(.conversion, by: visit) { visit in try await self.conversionCompleted(conversion, by: visit) }
    }

    /// Reports that a customer answered the survey.
    ///
    /// A failure is logged and counted, and never reaches the caller.
    ///
    /// - Parameters:
    ///   - answer: The answer.
    ///   - visit: The visit in which it was given; the current request's when not given.
    /// - Returns: The event's ID and how safe it is; `nil` when the event was not accepted.
    @discardableResult
    public func reportSurveyAnswer(_ answer: SurveyAnswer, by visit: Visit? = Visit.current) async -> OrderReceipt? {
        await self.report(.postPurchaseSurvey, by: visit) { visit in try await self.surveyAnswered(answer, by: visit) }
    }

    private func report(
        _ type: EventType,
        by visit: Visit?,
        _ body: (Visit) async throws -> OrderReceipt
    ) async -> OrderReceipt? {
        do {
            guard let visit else { throw TrackerError.noCurrentVisit }
            return try await body(visit)
        } catch {
            self.reportFailed(error, for: type)
            return nil
        }
    }
}

extension Visit {
    fileprivate static func requireCurrent() throws(TrackerError) -> Visit {
        guard let visit = Visit.current else { throw .noCurrentVisit }
        return visit
    }
}
