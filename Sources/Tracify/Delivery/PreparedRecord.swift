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
        return SessionVisit(session: visit.identity.session, date: visit.date)
    }

    /// Adds the session's campaign parameters.
    ///
    /// Parameters of the event's own page are newer and replace them.
    mutating func apply(_ entry: SessionEntry) {
        guard case .event(let detail, var visit) = self.content, visit.parameters.isEmpty else { return }
        if !entry.parameters.isEmpty {
            visit.parameters = entry.parameters
        } else if entry.isFirst, !visit.refererParameters.isEmpty {
            // The landing was not kept, as before the visitor's consent, but `Referer` still names it.
            visit.parameters = visit.refererParameters
        } else {
            return
        }
        self.content = .event(detail, visit)
    }
}

/// The reason why a queued record becomes no event.
enum RecordLoss: Error {
    case dropped(DropReason)
    /// Resolution found a rule by which it is not tracked.
    case skipped(SkipReason)
}

extension VisitResolutionError {
    /// The way in which an event of the visit is counted.
    var loss: RecordLoss {
        switch self {
        case .noConsent: .skipped(.noConsent)
        case .invalidHost: .dropped(.invalidHost)
        }
    }
}
