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

    /// Writes records into batches that keep to the policy, in order.
    ///
    /// - Parameters:
    ///   - records: The records.
    ///   - onDrop: Told of each record that is no event.
    mutating func write(_ records: [QueuedRecord], onDrop: (EventType, DropReason) -> Void) -> [EventBatch] {
        var batches = BatchSplitter(maximumEvents: self.policy.maximumEvents, maximumBytes: self.maximumBytes)
        for record in records {
            let event: Event?
            do throws(DropReasonError) {
                event = try self.event(record.content)
            } catch {
                onDrop(record.type, error.reason)
                continue
            }
            let encoder = self.encoder
            batches.append(id: self.nextID, type: record.type) { bytes in
                if let event {
                    encoder.encode(event, into: &bytes)
                } else if case .encoded(let json) = record.content {
                    bytes.append(contentsOf: json)
                }
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
    mutating func encode(_ records: [QueuedRecord], onDrop: (EventType, DropReason) -> Void) -> [StorableEvent] {
        var events: [StorableEvent] = []
        events.reserveCapacity(records.count)
        for record in records {
            if case .encoded(let json) = record.content {
                events.append(StorableEvent(type: record.type, json: json))
                continue
            }
            do throws(DropReasonError) {
                guard let event = try self.event(record.content) else { continue }
                var json: [UInt8] = []
                json.reserveCapacity(1024)
                self.encoder.encode(event, into: &json)
                events.append(StorableEvent(type: record.type, json: json))
            } catch {
                onDrop(record.type, error.reason)
            }
        }
        return events
    }

    private struct DropReasonError: Error {
        let reason: DropReason
    }

    /// The event that is yet to be worked out; `nil` for a finished one.
    private mutating func event(_ content: QueuedRecord.Content) throws(DropReasonError) -> Event? {
        switch content {
        case .pageView(let visit): try self.event(.pageView, of: visit)
        case .productView(let visit): try self.event(.productView, of: visit)
        case .addToCart(let items, let visit): try self.event(.addToCart(items), of: visit)
        case .encoded: nil
        }
    }

    private mutating func event(_ detail: Event.Detail, of visit: Visit) throws(DropReasonError) -> Event {
        let resolved: ResolvedVisit
        do {
            resolved = try visit.resolve(with: &self.cache, lowercasingEmail: self.lowercasesEmail)
        } catch {
            switch error {
            case .host: throw DropReasonError(reason: .invalidHost)
            case .hashing: throw DropReasonError(reason: .hashingUnavailable)
            }
        }
        do {
            return try resolved.event(detail, customerSiteID: self.customerSiteID)
        } catch {
            throw DropReasonError(reason: .invalid)
        }
    }
}
