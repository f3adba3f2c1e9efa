//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// A queued record after resolution.
enum PreparedRecord {
    case event(PreparedEvent)
    /// An event that was finished on its caller's task.
    indirect case encoded(EncodedEvent)
}

/// An event, except for what its session adds.
///
/// A class, because a visit is large, and a copy counts each of its references. Nothing of it is copied to be read, as it never changes.
final class PreparedEvent {
    let detail: Event.Detail
    let visit: ResolvedVisit
    /// What the session has added.
    private(set) var addition: ResolvedVisit.SessionAddition?

    init(_ detail: Event.Detail, _ visit: consuming ResolvedVisit) {
        self.detail = detail
        self.visit = visit
    }

    /// The number of redacted parts in the event.
    var redactions: Int { self.visit.redactions.ofPage + (self.addition?.redactions ?? self.visit.redactions.ofParameters) }

    /// Adds the session's campaign parameters, and returns whether there are any.
    func apply(_ entry: SessionEntry) -> Bool {
        // Nearly all events have nothing to add.
        guard entry.isFirst || !entry.parameters.isEmpty, self.addition == nil else { return false }
        self.addition = self.visit.addition(of: entry)
        return self.addition != nil
    }

    /// Returns the event as a value, as closures get it.
    func event(customerSiteID: CustomerSiteID) throws(ValidationError) -> Event {
        var visit = self.visit
        if let addition = self.addition { visit.add(addition) }
        return try visit.event(self.detail, customerSiteID: customerSiteID)
    }
}

extension ResolvedVisit {
    /// What a session adds to an event.
    struct SessionAddition {
        /// The campaign parameters, each name once.
        let parameters: [URLParameter]
        /// The number of redacted parts in them.
        let redactions: Int
    }

    /// Returns the session's campaign parameters; `nil` when there are none, or when the event has some of its own page, which are newer.
    func addition(of entry: SessionEntry) -> SessionAddition? {
        guard self.parameters.isEmpty else { return nil }
        if !entry.parameters.isEmpty {
            return SessionAddition(parameters: entry.parameters.firstOfEachName, redactions: self.redactions.ofParameters)
        }
        // The landing was not kept, as before the visitor's consent, but `Referer` still names it.
        guard entry.isFirst, !self.refererParameters.isEmpty else { return nil }
        return SessionAddition(parameters: self.refererParameters, redactions: self.redactions.ofRefererParameters)
    }

    mutating func add(_ addition: SessionAddition) {
        self.parameters = addition.parameters
        self.redactions.ofParameters = addition.redactions
    }

    /// The event as the session store sees it.
    var sessionVisit: SessionVisit {
        SessionVisit(session: self.identity.session, site: self.customerSiteID, date: self.date)
    }
}

/// The reason why a queued record becomes no event.
enum RecordLoss: Error {
    case dropped(DropReason)
    /// Resolution found a rule by which it is not tracked.
    case skipped(SkipReason)

    /// The name of the reason.
    var name: String {
        switch self {
        case .dropped(let reason): reason.description
        case .skipped(let reason): reason.description
        }
    }
}

extension VisitResolutionError {
    /// The way in which an event of the visit is counted.
    var loss: RecordLoss {
        switch self {
        case .noConsent: .skipped(.noConsent)
        case .invalidHost: .dropped(.invalidHost)
        case .foreignVisit: .dropped(.foreignVisit)
        }
    }
}
