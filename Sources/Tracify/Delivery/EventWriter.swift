/// Turns queued records into batches: parses, hashes and encodes, on the exporter's side. Belongs to one exporter.
struct EventWriter: ~Copyable {
    private let customerSiteID: CustomerSiteID
    private let encoder: EventEncoder
    private let policy: BatchPolicy
    private let lowercasesEmail: Bool
    private var cache: IdentityCache
    private var nextID: UInt64 = 0

    init(customerSiteID: CustomerSiteID, encoder: EventEncoder, policy: BatchPolicy, lowercasesEmail: Bool, cachedVisitors: Int) {
        self.customerSiteID = customerSiteID
        self.encoder = encoder
        self.policy = policy
        self.lowercasesEmail = lowercasesEmail
        self.cache = IdentityCache(capacity: cachedVisitors)
    }

    /// Writes records into batches that keep to the policy, in order.
    ///
    /// - Parameters:
    ///   - records: The records.
    ///   - onDrop: Told of each record that is no event.
    mutating func write(_ records: [QueuedRecord], onDrop: (EventType, DropReason) -> Void) -> [EventBatch] {
        var batches: [EventBatch] = []
        var builder = EventBatchBuilder()
        for record in records {
            let event: Event?
            do throws(DropReasonError) {
                event = try self.event(record.content)
            } catch {
                onDrop(record.type, error.reason)
                continue
            }
            let encoder = self.encoder
            builder.append(id: self.nextID, type: record.type) { bytes in
                if let event {
                    encoder.encode(event, into: &bytes)
                } else if case .encoded(let json) = record.content {
                    bytes.append(contentsOf: json)
                }
            }
            self.nextID &+= 1

            var overflow: EncodedEvent?
            if builder.byteCount > self.policy.maximumBytes, builder.count > 1 {
                overflow = builder.removeLast()
            }
            if overflow != nil || builder.count == self.policy.maximumEvents, let batch = builder.finish() {
                batches.append(batch)
            }
            if let overflow {
                builder.append(id: overflow.id, type: overflow.type) { $0.append(contentsOf: overflow.json) }
            }
        }
        if let batch = builder.finish() {
            batches.append(batch)
        }
        return batches
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
