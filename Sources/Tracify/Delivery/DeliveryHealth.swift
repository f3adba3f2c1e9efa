#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// Whether delivery works, since when not, and why: one value for a health check or a page.
public struct DeliveryHealth: Sendable, Hashable, CustomStringConvertible {
    /// What is wrong.
    public struct Problem: Sendable, Hashable {
        /// The kind of failure: ``DeliveryError/Kind/retryable`` for a far end that is down, ``DeliveryError/Kind/unauthorized`` for a
        /// wrong token or endpoint, ``DeliveryError/Kind/rejected`` or ``DeliveryError/Kind/tooLarge`` when a whole batch was refused
        /// as that and nothing was taken since.
        public let kind: DeliveryError.Kind
        /// What the far end said last, in one line.
        public let reason: String
        /// When it began.
        public let since: Date
    }

    /// What is wrong; `nil` when nothing is.
    public let problem: Problem?

    /// Whether delivery works, as far as it was tried.
    public var isHealthy: Bool { self.problem == nil }

    /// One line.
    public var description: String {
        self.problem.map { "failing since \($0.since) (\($0.kind)): \($0.reason)" } ?? "healthy"
    }

    static let healthy = DeliveryHealth(problem: nil)

    /// What it is after one more delivery.
    func after(_ failure: DeliveryError?, isWhole: Bool, at date: Date) -> DeliveryHealth {
        guard let failure else { return .healthy }
        switch failure.kind {
        case .rejected where !isWhole, .tooLarge where !isWhole:
            // One bad event among good ones, or more of a batch that was refused as a whole.
            return self
        default:
            let since = self.problem.map { $0.kind == failure.kind ? $0.since : date } ?? date
            return DeliveryHealth(problem: Problem(kind: failure.kind, reason: failure.reason, since: since))
        }
    }
}
