//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if SQLite
import Tracify

/// The events of one `append`, with the decision which of them are stored.
struct StoreAdmission {
    private let events: [EncodedEvent]
    /// The highest priority among the events.
    let highest: EventPriority
    /// The priorities whose events of this call are not stored.
    private var excluded: Set<EventPriority> = []

    init(_ events: [EncodedEvent]) {
        self.events = events
        self.highest = events.lazy.map { EventPriority($0.type) }.max() ?? .pageViews
    }

    /// The number of events in the call.
    var count: Int { self.events.count }

    /// The events that are stored.
    var included: some Sequence<EncodedEvent> {
        let excluded = self.excluded
        return self.events.lazy.filter { excluded.isEmpty || !excluded.contains(EventPriority($0.type)) }
    }

    /// The number of pages that the included events take, estimated.
    var pages: Int {
        var estimates = Array(repeating: PageEstimate(), count: EventPriority.allCases.count)
        for event in self.included {
            estimates[EventPriority(event.type).rawValue].add(contentBytes: event.contentBytes)
        }
        return estimates.reduce(0) { $0 + $1.total }
    }

    /// Excludes the call's own events of a priority.
    ///
    /// - Returns: The number of these events, by type.
    mutating func exclude(_ priority: EventPriority) -> [EventType: Int] {
        self.excluded.insert(priority)
        var counts: [EventType: Int] = [:]
        for event in self.events where EventPriority(event.type) == priority {
            counts[event.type, default: 0] += 1
        }
        return counts
    }
}

extension EncodedEvent {
    /// The bytes of the event's columns of variable length.
    ///
    /// The lengths of a site and an order ID of more than 57 bytes take one more byte each.
    var contentBytes: Int {
        let texts = [self.site.utf8.count, self.orderID?.utf8.count ?? 0]
        return texts.reduce(self.json.count) { $0 + $1 + ($1 > 57 ? 1 : 0) }
    }
}
#endif
