//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// An element of the queue: an observation that is not resolved yet, or an event that is finished already.
///
/// Kept small, because it is copied into the queue and out of it.
struct QueuedRecord: Sendable {
    enum Content: Sendable {
        case pageView(Visit)
        case productView(Visit)
        // Indirect: a queued page view, of which there are many, is copied without the room for other events.
        indirect case addToCart([LineItem], Visit)
        /// An order, a conversion or a survey answer, finished on the caller's task so that the caller gets every error.
        indirect case encoded(EncodedEvent)
    }

    let type: EventType
    let content: Content
    /// The memory that it holds on to, estimated, in bytes.
    let byteCount: Int

    init(pageView visit: consuming Visit) {
        self.type = .pageView
        self.byteCount = visit.byteCount
        self.content = .pageView(visit)
    }

    init(productView visit: Visit) {
        self.type = .productView
        self.content = .productView(visit)
        self.byteCount = visit.byteCount
    }

    init(addToCart items: [LineItem], by visit: Visit) {
        self.type = .addToCart
        self.content = .addToCart(items, visit)
        self.byteCount = items.reduce(visit.byteCount) { $0 + $1.name.utf8.count + MemoryLayout<LineItem>.stride }
    }

    init(_ event: EncodedEvent) {
        self.type = event.type
        self.content = .encoded(event)
        self.byteCount = event.json.count + 64
    }

    /// The visit of an observation; `nil` for a finished event.
    var visit: Visit? {
        switch self.content {
        case .pageView(let visit), .productView(let visit), .addToCart(_, let visit): visit
        case .encoded: nil
        }
    }

    /// The time when it happened.
    var date: Date {
        switch self.content {
        case .pageView(let visit), .productView(let visit), .addToCart(_, let visit): visit.date
        case .encoded(let event): event.date
        }
    }

    var priority: EventPriority { EventPriority(self.type) }
}
