/// Turns queued records into batches: parses, hashes and encodes, on the exporter's side. Belongs to one exporter.
struct EventWriter: ~Copyable {
    private let customerSiteID: CustomerSiteID
    private let encoder: EventEncoder
    private let policy: BatchPolicy
    private let lowercasesEmail: Bool
    private var maximumBytes: Int
    private var cache: IdentityCache
    private var nextID: UInt64 = 0

    init(customerSiteID: CustomerSiteID, encoder: EventEncoder, policy: BatchPolicy, lowercasesEmail: Bool, cachedVisitors: Int) {
        self.customerSiteID = customerSiteID
        self.encoder = encoder
        self.policy = policy
        self.maximumBytes = policy.maximumBytes
        self.lowercasesEmail = lowercasesEmail
        self.cache = IdentityCache(capacity: cachedVisitors)
    }

    /// Makes batches no longer than the far end is known to take.
    mutating func limitBatches(to bytes: Int?) {
        self.maximumBytes = min(self.policy.maximumBytes, bytes ?? .max)
    }

    /// Works out what records are about.
    ///
    /// - Parameters:
    ///   - records: The records.
    ///   - onLoss: Told of each record that is no event.
    mutating func prepare(_ records: [QueuedRecord], onLoss: (EventType, RecordLoss) -> Void) -> [PreparedRecord] {
        var prepared: [PreparedRecord] = []
        prepared.reserveCapacity(records.count)
        for record in records {
            do throws(RecordLoss) {
                prepared.append(PreparedRecord(type: record.type, content: try self.content(record.content)))
            } catch {
                onLoss(record.type, error)
            }
        }
        return prepared
    }

    /// What a request that was no event leaves for its session; `nil` when that is nothing.
    mutating func landing(_ facts: RequestFacts) -> SessionLanding? {
        guard let visit = try? facts.resolve(with: &self.cache), visit.reasonToSkip == nil, !visit.parameters.isEmpty else {
            return nil
        }
        return SessionLanding(session: visit.identity.session, parameters: visit.parameters, date: visit.date)
    }

    /// Writes records into batches that keep to the policy, in order.
    mutating func write(_ records: [PreparedRecord], onLoss: (EventType, RecordLoss) -> Void) -> [EventBatch] {
        var batches = BatchSplitter(maximumEvents: self.policy.maximumEvents, maximumBytes: self.maximumBytes)
        let encoder = self.encoder
        for record in records {
            switch record.content {
            case .encoded(let json):
                batches.append(id: self.nextID, type: record.type) { $0.append(contentsOf: json) }
            case .event(let detail, let visit):
                guard let event = self.event(detail, of: visit) else {
                    onLoss(record.type, .dropped(.invalid))
                    continue
                }
                batches.append(id: self.nextID, type: record.type) { encoder.encode(event, into: &$0) }
            }
            self.nextID &+= 1
        }
        return batches.finish()
    }

    /// Puts events that are written already into batches that keep to the policy, in order.
    func batches(of events: [EncodedEvent]) -> [EventBatch] {
        var batches = BatchSplitter(maximumEvents: self.policy.maximumEvents, maximumBytes: self.maximumBytes)
        for event in events {
            batches.append(id: event.id, type: event.type) { $0.append(contentsOf: event.json) }
        }
        return batches.finish()
    }

    /// Writes records one by one, for a store.
    func encode(_ records: [PreparedRecord], onLoss: (EventType, RecordLoss) -> Void) -> [StorableEvent] {
        var events: [StorableEvent] = []
        events.reserveCapacity(records.count)
        for record in records {
            switch record.content {
            case .encoded(let json):
                events.append(StorableEvent(type: record.type, json: json))
            case .event(let detail, let visit):
                guard let event = self.event(detail, of: visit) else {
                    onLoss(record.type, .dropped(.invalid))
                    continue
                }
                var json: [UInt8] = []
                json.reserveCapacity(1024)
                self.encoder.encode(event, into: &json)
                events.append(StorableEvent(type: record.type, json: json))
            }
        }
        return events
    }

    private mutating func content(_ content: QueuedRecord.Content) throws(RecordLoss) -> PreparedRecord.Content {
        switch content {
        case .pageView(let visit): .event(.pageView, try self.resolve(visit))
        case .productView(let visit): .event(.productView, try self.resolve(visit))
        case .addToCart(let items, let visit): .event(.addToCart(items), try self.resolve(visit))
        case .encoded(let json): .encoded(json)
        }
    }

    private mutating func resolve(_ visit: Visit) throws(RecordLoss) -> ResolvedVisit {
        let resolved: ResolvedVisit
        do {
            resolved = try visit.resolve(with: &self.cache, lowercasingEmail: self.lowercasesEmail)
        } catch {
            switch error {
            case .withheld: throw .skipped(.noConsent)
            case .host: throw .dropped(.invalidHost)
            case .hashing: throw .dropped(.hashingUnavailable)
            }
        }
        if let reason = resolved.reasonToSkip { throw .skipped(reason) }
        return resolved
    }

    private func event(_ detail: Event.Detail, of visit: ResolvedVisit) -> Event? {
        try? visit.event(detail, customerSiteID: self.customerSiteID)
    }
}
