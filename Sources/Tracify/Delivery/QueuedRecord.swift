/// What enters the queue: a page view as the request showed it, or an event that is finished already.
struct QueuedRecord: Sendable {
    enum Content: Sendable {
        /// Something seen on a request's task, to be parsed, hashed and encoded by the exporter.
        case sighting(Visit, Event.Detail)
        /// An order or the like, finished on the caller's task, so that the caller learns of every fault.
        case encoded([UInt8])
    }

    let type: EventType
    let content: Content
    /// About how many bytes of memory it holds on to.
    let byteCount: Int

    /// Something seen, of which nothing is worked out yet.
    init(_ visit: Visit, _ detail: Event.Detail, type: EventType, extraBytes: Int = 0) {
        self.type = type
        self.content = .sighting(visit, detail)
        self.byteCount = visit.byteCount + extraBytes
    }

    /// A finished event.
    init(_ event: Event, encoder: EventEncoder) {
        var json: [UInt8] = []
        json.reserveCapacity(1024)
        encoder.encode(event, into: &json)
        self.type = event.type
        self.content = .encoded(json)
        self.byteCount = json.count + 64
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
