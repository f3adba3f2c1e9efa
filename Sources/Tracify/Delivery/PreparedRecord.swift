/// A record of the queue once it is parsed and hashed: an event but for what other events of its session have to say.
struct PreparedRecord: Sendable {
    enum Content: Sendable {
        case event(Event.Detail, ResolvedVisit)
        /// An event that was finished on its caller's task.
        case encoded([UInt8])
    }

    let type: EventType
    var content: Content

    /// What a session store is told of it.
    var sessionVisit: SessionVisit? {
        guard case .event(_, let visit) = self.content else { return nil }
        return SessionVisit(session: visit.identity.session, date: visit.date)
    }

    /// Adds what the session knows. Parameters of the event's own page are newer, and stand alone.
    mutating func apply(_ entry: SessionEntry) {
        guard case .event(let detail, var visit) = self.content, visit.parameters.isEmpty else { return }
        if !entry.parameters.isEmpty {
            visit.parameters = entry.parameters
        } else if entry.isFirst, !visit.refererParameters.isEmpty {
            // Nothing could be kept of the landing, as before the visitor's consent, but the visitor comes from there.
            visit.parameters = visit.refererParameters
        } else {
            return
        }
        self.content = .event(detail, visit)
    }
}

/// Why a record of the queue becomes no event.
enum RecordLoss: Error {
    case dropped(DropReason)
    /// It turned out to be nothing that is counted.
    case skipped(SkipReason)
}
