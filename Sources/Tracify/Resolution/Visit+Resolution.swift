//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// The reason why a visit cannot become an event.
enum VisitResolutionError: Error {
    /// The visitor has not given consent, so nothing of the request was kept.
    case noConsent
    /// The request has no valid host, so there is no page that the event could belong to.
    case invalidHost
    /// The request cannot be read by this tracker's rules any more: another tracker has created the visit and the request is completed, or no
    /// tracker had read the request when the visit was stored, and this one's consent is not that of every request.
    case foreignVisit
}

extension VisitResolutionError {
    /// The error that public functions throw for this reason.
    var validationError: ValidationError {
        let allowed =
            switch self {
            case .noConsent: "a visit with consent"
            case .invalidHost: "a visit whose request has a valid host"
            case .foreignVisit: "a visit that this tracker has created"
            }
        return ValidationError(field: "visit", code: .malformed, allowed: allowed)
    }
}

extension Visit {
    /// Returns the visit with everything parsed, reduced and hashed.
    func resolve(with cache: inout IdentityCache, by rules: CaptureRules) throws(VisitResolutionError) -> ResolvedVisit {
        var visit = try self.resolveWithoutEmail(with: &cache, by: rules)
        if let email = self.email?.normalized(lowercasing: rules.configuration.lowercasesEmail) {
            visit.identity.email = cache.anonymize(email: email)
        }
        return visit
    }

    /// Returns the visit with everything parsed, reduced and hashed but an email address that became known later.
    private func resolveWithoutEmail(
        with cache: inout IdentityCache,
        by rules: CaptureRules
    ) throws(VisitResolutionError) -> ResolvedVisit {
        switch self.source {
        case .request:
            guard let recorded = self.recorded(by: rules) else { throw .foreignVisit }
            return try recorded.resolveWithoutEmail(with: &cache, by: rules)
        case .record(let record):
            var resolved = record.resolve(with: &cache, by: rules, at: self.date, on: self.page)
            // Moved out of the optional, not copied.
            guard let visit = resolved.take() else { throw .invalidHost }
            return visit
        case .resolved(let resolved):
            if resolved.isUnread, !rules.configuration.consent.isAlways { throw .foreignVisit }
            var visit = self.page.map { resolved.on($0, by: rules) } ?? resolved.ofSite(by: rules)
            visit.date = self.date
            return visit
        case .noConsent:
            throw .noConsent
        }
    }
}
