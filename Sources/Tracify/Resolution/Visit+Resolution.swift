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
}

extension VisitResolutionError {
    /// The error that public functions throw for this reason.
    var validationError: ValidationError {
        ValidationError(
            field: "visit",
            code: .malformed,
            allowed: self == .noConsent ? "a visit with consent" : "a visit whose request has a valid host"
        )
    }
}

extension Visit {
    /// Returns the visit with everything parsed, reduced and hashed.
    func resolve(with cache: inout IdentityCache, lowercasingEmail: Bool) throws(VisitResolutionError) -> ResolvedVisit {
        var visit: ResolvedVisit
        switch self.source {
        case .request(let snapshot):
            guard let resolved = snapshot.resolve(with: &cache) else { throw .invalidHost }
            visit = resolved
        case .resolved(let resolved):
            visit = resolved
        case .noConsent:
            throw .noConsent
        }
        if let email = self.email?.normalized(lowercasing: lowercasingEmail) {
            visit.identity.email = cache.anonymize(email: email)
        }
        return visit
    }
}
