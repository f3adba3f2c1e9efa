//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// The state of delivery, for a health check or a page.
public struct DeliveryHealth: Sendable, Hashable, CustomStringConvertible {
    /// A problem of delivery.
    public struct Problem: Sendable, Hashable {
        /// The kind of failure: ``DeliveryError/Code/retryable`` for a destination that is down, ``DeliveryError/Code/unauthorized`` for
        /// a wrong token or endpoint, ``DeliveryError/Code/rejected`` or ``DeliveryError/Code/tooLarge`` when a whole batch was rejected
        /// for that reason and nothing has been accepted since.
        public let code: DeliveryError.Code
        /// The destination's last reason, in one line.
        public let reason: String
        /// The time of the first failure.
        public let since: Date
    }

    /// The problem; `nil` when there is none.
    public let problem: Problem?

    /// Whether delivery works, as far as it was tried.
    public var isHealthy: Bool { self.problem == nil }

    /// One line.
    public var description: String {
        self.problem.map { "failing since \($0.since) (\($0.code)): \($0.reason)" } ?? "healthy"
    }

    static let healthy = DeliveryHealth(problem: nil)

    /// Returns the state after one more delivery.
    func after(_ failure: DeliveryError?, isWhole: Bool, at date: Date) -> DeliveryHealth {
        guard let failure else { return .healthy }
        switch failure.code {
        case .rejected where !isWhole, .tooLarge where !isWhole:
            // One bad event among good ones, or another part of a batch that was rejected as a whole.
            return self
        default:
            let since = self.problem.map { $0.code == failure.code ? $0.since : date } ?? date
            return DeliveryHealth(problem: Problem(code: failure.code, reason: failure.reason, since: since))
        }
    }
}
