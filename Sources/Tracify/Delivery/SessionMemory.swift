//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import DequeModule
#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The memory of sessions that an exporter uses.
///
/// The built-in one is called directly: it needs no task and no timeout.
enum SessionMemory: Sendable {
    case none
    case memory(MemorySessionStore)
    case custom(any SessionStore)

    var keepsLandings: Bool {
        if case .none = self { false } else { true }
    }

    /// The number of landings that were dropped because a limit was reached.
    var droppedLandings: Int {
        if case .memory(let store) = self { store.droppedLandings } else { 0 }
    }
}

/// The order in which the events of some records enter their sessions.
///
/// A closed queue hands out orders first, but the first event of a session is the one that happened first. The events of one request, such
/// as a page view and a product view, enter as one: each of them is the first.
struct SessionEntrance: Sendable {
    private struct Entering {
        let visit: SessionVisit
        let indices: Range<Int>
    }

    private let order: [Entering]

    init(_ records: [PreparedRecord]) {
        var order: [Entering] = []
        order.reserveCapacity(records.count)
        var isSorted = true
        var request: ObjectIdentifier?
        var date = Date.distantPast
        for index in records.indices {
            guard case .event(let event) = records[index] else {
                request = nil
                continue
            }
            if let request, request == event.visit.request, let last = order.last {
                order[order.count - 1] = Entering(visit: last.visit, indices: last.indices.lowerBound..<(index + 1))
                continue
            }
            let visit = event.visit.sessionVisit
            if visit.date < date { isSorted = false }
            (request, date) = (event.visit.request, visit.date)
            order.append(Entering(visit: visit, indices: index..<(index + 1)))
        }
        if !isSorted { order.sort { ($0.visit.date, $0.indices.lowerBound) < ($1.visit.date, $1.indices.lowerBound) } }
        self.order = order
    }

    var visits: [SessionVisit] { self.order.map(\.visit) }

    /// Adds its session's campaign parameters to each record, and remembers their requests.
    func apply(_ entries: [SessionEntry], to records: [PreparedRecord], remembering requests: inout EnteredRequests) {
        for (entering, entry) in zip(self.order, entries) {
            for index in entering.indices {
                if case .event(let event) = records[index], event.apply(entry) { requests.add(event, entry) }
            }
        }
    }
}

/// The requests whose first event has taken the campaign parameters of its session.
///
/// Their other events may come in a later batch: a handler reports a product view long before the page view, which follows from the response.
/// Bounded; the oldest are forgotten first.
struct EnteredRequests {
    private struct Key: Hashable {
        let request: ObjectIdentifier
        // The identity of a request may be that of another one later.
        let visit: SessionVisit

        init?(_ event: PreparedEvent) {
            guard let request = event.visit.request else { return nil }
            self.request = request
            self.visit = event.visit.sessionVisit
        }
    }

    private static let capacity = 1000

    private var entries: [Key: SessionEntry] = [:]
    private var order: Deque<Key> = []

    /// Adds the campaign parameters that the first event of its request has taken to each record.
    func apply(to records: [PreparedRecord]) {
        guard !self.entries.isEmpty else { return }
        for case .event(let event) in records {
            if let entry = Key(event).flatMap({ self.entries[$0] }) { _ = event.apply(entry) }
        }
    }

    /// Removes the requests of a session.
    mutating func remove(_ session: AnonymizedHash) {
        self.entries = self.entries.filter { $0.key.visit.session != session }
        self.order.removeAll { $0.visit.session == session }
    }

    fileprivate mutating func add(_ event: PreparedEvent, _ entry: SessionEntry) {
        guard let key = Key(event), self.entries.updateValue(entry, forKey: key) == nil else { return }
        self.order.append(key)
        if self.order.count > EnteredRequests.capacity { self.entries[self.order.removeFirst()] = nil }
    }
}

/// The pauses after a session store did not answer: a store that hangs costs one batch its parameters, and not every batch the wait.
struct SessionTimeout: Sendable {
    /// The time that a session store has to answer.
    let limit: TimeLimit
    private var pausedUntil: DeliveryInstant?

    init(limit: TimeLimit) {
        self.limit = limit
    }

    func isPaused(at now: DeliveryInstant) -> Bool {
        self.pausedUntil.map { now < $0 } ?? false
    }

    mutating func completed(_ isAnswered: Bool, at now: DeliveryInstant) {
        self.pausedUntil = isAnswered ? nil : now.advanced(by: self.limit.duration * 10)
    }
}
