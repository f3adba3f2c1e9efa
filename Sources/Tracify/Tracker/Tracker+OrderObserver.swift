//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Logging

extension Tracker: OrderObserver {
    /// Accepts a purchase: commits it to the store if there is one, else enqueues it.
    ///
    /// It is never evicted.
    @discardableResult
    public func orderPlaced(_ order: Order, by visit: Visit) async throws -> OrderReceipt {
        try await self.accept(.purchase(order), by: visit)
    }

    /// Accepts a conversion: commits it to the store if there is one, else enqueues it.
    ///
    /// It is never evicted.
    @discardableResult
    public func conversionCompleted(_ conversion: Conversion, by visit: Visit) async throws -> OrderReceipt {
        try await self.accept(.conversion(conversion), by: visit)
    }

    /// Accepts a survey answer: commits it to the store if there is one, else enqueues it.
    ///
    /// It is never evicted.
    @discardableResult
    public func surveyAnswered(_ answer: SurveyAnswer, by visit: Visit) async throws -> OrderReceipt {
        try await self.accept(.postPurchaseSurvey(answer), by: visit)
    }

    /// Logs an error that a form that cannot throw has caught, and counts a call without a visit.
    ///
    /// Other errors are counted already. A disabled tracker does nothing.
    public func reportFailed(_ error: any Error, for type: EventType) {
        guard self.isEnabled else { return }
        if (error as? TrackerError)?.code == .noCurrentVisit { self.recorder.refuse(type, .noVisit) }
        self.logger.error(
            "An event was not accepted and will not be delivered",
            metadata: ["type": "\(type.rawValue)", "reason": "\(loggableReason(error))"]
        )
    }

    private func accept(_ detail: Event.Detail, by visit: Visit) async throws -> OrderReceipt {
        guard let resolved = try await self.resolve(detail, by: visit) else { return .notReported }
        if !self.runState.hasRun { self.runState.orderReported() }
        return try await self.intake.accept(detail, by: resolved)
    }

    /// Returns a visit for the event of an order; `nil` when the order is not reported.
    func resolve(_ detail: Event.Detail, by visit: Visit) async throws -> ResolvedVisit? {
        guard self.isEnabled else { return nil }
        let visit = visit.recorded(by: self.rules) ?? visit
        // Without consent, the order is not reported.
        guard visit.hasConsent else {
            self.skip(detail.type, .noConsent)
            return nil
        }
        guard self.rules.reports(detail.type) else {
            self.skip(detail.type, .excludedType)
            return nil
        }
        self.emailWarning.check(detail)
        // What a session's first event needs (contract, "URL parameters"), also when that is an order.
        return await self.exporter.enterSession(try self.intake.resolve(visit, for: detail.type))
    }
}
