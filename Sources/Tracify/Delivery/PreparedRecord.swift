//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// A queued record after resolution: an event, except for what its session adds.
struct PreparedRecord: Sendable {
    enum Content: Sendable {
        case event(Event.Detail, ResolvedVisit)
        /// An event that was finished on its caller's task.
        case encoded(EncodedEvent)
    }

    let type: EventType
    var content: Content

    /// The event as the session store sees it.
    var sessionVisit: SessionVisit? {
        guard case .event(_, let visit) = self.content else { return nil }
        return visit.sessionVisit
    }

    /// Returns whether another record is an event of the same request.
    func isOfSameRequest(as other: PreparedRecord) -> Bool {
        guard case .event(_, let visit) = self.content, case .event(_, let previous) = other.content else { return false }
        return visit.request != nil && visit.request == previous.request
    }

    /// Adds the session's campaign parameters, and returns whether there are any.
    mutating func apply(_ entry: SessionEntry) -> Bool {
        // Nearly all events have nothing to add, and are not copied.
        guard entry.isFirst || !entry.parameters.isEmpty, case .event(let detail, var visit) = self.content, visit.enter(entry)
        else { return false }
        self.content = .event(detail, visit)
        return true
    }
}

extension ResolvedVisit {
    /// Adds the session's campaign parameters, and returns whether there are any.
    ///
    /// Parameters of the event's own page are newer and replace them.
    mutating func enter(_ entry: SessionEntry) -> Bool {
        guard self.parameters.isEmpty else { return false }
        if !entry.parameters.isEmpty {
            self.parameters = entry.parameters
        } else if entry.isFirst {
            // The landing was not kept, as before the visitor's consent, but `Referer` still names it.
            self.parameters = self.refererParameters
            self.redactions.ofParameters = self.redactions.ofRefererParameters
        }
        return !self.parameters.isEmpty
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
