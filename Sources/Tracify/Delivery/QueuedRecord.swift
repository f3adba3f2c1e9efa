#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What enters the queue: something seen, as the request showed it, or an event that is finished already.
///
/// Small on purpose: it is copied into the queue and out of it.
struct QueuedRecord: Sendable {
    enum Content: Sendable {
        case pageView(Visit)
        case productView(Visit)
        case addToCart([LineItem], Visit)
        /// An order or the like, finished on the caller's task, so that the caller learns of every fault.
        case encoded([UInt8])
    }

    let type: EventType
    let content: Content
    /// About how many bytes of memory it holds on to.
    let byteCount: Int
    /// When it happened.
    let date: Date

    /// A page view, of which nothing is worked out yet.
    init(pageView visit: Visit) {
        self.type = .pageView
        self.content = .pageView(visit)
        self.byteCount = visit.byteCount
        self.date = visit.date
    }

    /// A product view, of which nothing is worked out yet.
    init(productView visit: Visit) {
        self.type = .productView
        self.content = .productView(visit)
        self.byteCount = visit.byteCount
        self.date = visit.date
    }

    /// An add-to-cart, of which nothing is worked out yet.
    init(addToCart items: [LineItem], by visit: Visit) {
        self.type = .addToCart
        self.content = .addToCart(items, visit)
        self.byteCount = items.reduce(visit.byteCount) { $0 + $1.name.utf8.count + MemoryLayout<LineItem>.stride }
        self.date = visit.date
    }

    /// A finished event.
    init(_ event: Event, encoder: EventEncoder) {
        var json: [UInt8] = []
        json.reserveCapacity(1024)
        encoder.encode(event, into: &json)
        self.type = event.type
        self.content = .encoded(json)
        self.byteCount = json.count + 64
        self.date = event.date
    }

    /// What is given up first when the queue is full.
    enum Priority: Int, CaseIterable, Sendable {
        case pageViews
        case interest
        case orders
    }

    var priority: Priority {
        switch self.type {
        case .pageView: .pageViews
        case .productView, .addToCart: .interest
        case .purchase, .conversion, .postPurchaseSurvey: .orders
        }
    }
}
