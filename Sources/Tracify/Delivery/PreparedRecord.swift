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
/// A class, because a visit has some 400 bytes and twelve references, which each copy counts.
final class PreparedEvent {
    let detail: Event.Detail
    // Unchecked, because a check at run time takes longer than the access.
    @exclusivity(unchecked) private(set) var visit: ResolvedVisit

    init(_ detail: Event.Detail, _ visit: consuming ResolvedVisit) {
        self.detail = detail
        self.visit = visit
    }

    /// Adds the session's campaign parameters, and returns whether there are any.
    func apply(_ entry: SessionEntry) -> Bool {
        // Nearly all events have nothing to add.
        (entry.isFirst || !entry.parameters.isEmpty) && self.visit.enter(entry)
    }
}

extension ResolvedVisit {
    /// Adds the session's campaign parameters, and returns whether there are any.
    ///
    /// Parameters of the event's own page are newer and replace them.
    mutating func enter(_ entry: SessionEntry) -> Bool {
        guard self.parameters.isEmpty else { return false }
        if !entry.parameters.isEmpty {
            self.parameters = entry.parameters.firstOfEachName
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
