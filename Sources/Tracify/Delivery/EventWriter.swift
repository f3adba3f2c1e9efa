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

/// Turns queued records into events and batches: resolves, hashes and encodes, on the exporter's side.
///
/// Belongs to one exporter.
struct EventWriter: ~Copyable {
    private let customerSiteID: CustomerSiteID
    private let encoder: EventEncoder
    private let configuration: BatchConfiguration
    private let rules: CaptureRules
    /// The IDs of the sites that have one of their own.
    private let otherSites: [CustomerSiteID]
    private var maximumBytes: Int
    private var cache: IdentityCache
    private var json = JSONWriter()
    /// The usual length of an event, in bytes.
    private var usualLength = 700
    private var generator = EventIDGenerator()
    private var navigations = NavigationPairs()
    private var erasedVisitors = ErasedVisitors()
    /// The number of parts of URLs and parameters that were redacted since the last call of ``takeRedactions()``.
    private var redactions = 0

    init(
        customerSiteID: CustomerSiteID,
        encoder: EventEncoder,
        batches configuration: BatchConfiguration,
        rules: CaptureRules,
        cachedVisitors: Int
    ) {
        self.customerSiteID = customerSiteID
        self.encoder = encoder
        self.configuration = configuration
        self.maximumBytes = configuration.maximumBytes
        self.rules = rules
        self.otherSites = rules.configuration.sites.compactMap(\.customerSiteID)
        self.cache = IdentityCache(capacity: cachedVisitors)
    }

    /// Limits batches to the longest body that the destination is known to accept.
    mutating func limitBatches(to bytes: Int?) {
        self.maximumBytes = min(self.configuration.maximumBytes, bytes ?? .max)
    }

    /// Resolves records.
    ///
    /// - Parameters:
    ///   - records: The records.
    ///   - onLoss: Called for each record that becomes no event.
    /// - Returns: The resolved records.
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

    /// Returns the campaign parameters that a skipped request leaves for its session; `nil` when it has none.
    mutating func landing(_ visit: Visit) -> SessionLanding? {
        guard let visit = self.resolve(visit), !visit.parameters.isEmpty else { return nil }
        self.redactions += visit.redactions.ofParameters
        return SessionLanding(
            session: visit.identity.session,
            site: visit.customerSiteID,
            parameters: visit.parameters,
            date: visit.date
        )
    }

    /// Returns what a visit resolves to; `nil` when it becomes no event.
    mutating func resolve(_ visit: Visit) -> ResolvedVisit? {
        guard let resolved = try? visit.resolve(with: &self.cache, by: self.rules), resolved.reasonToSkip == nil,
            !self.erasedVisitors.contains(resolved.identity, at: resolved.date)
        else { return nil }
        return resolved
    }

    /// Drops what the queue holds of a visitor, as soon as it is resolved.
    ///
    /// - Parameters:
    ///   - visitor: The hash of the visitor's session, email, address or user agent.
    ///   - date: The time of the erasure.
    ///   - number: The number of the first record that comes after it.
    /// - Returns: Whether that is possible: the number of erasures that wait for the queue is bounded.
    mutating func erase(_ visitor: AnonymizedHash, at date: Date, before number: UInt64) -> Bool {
        guard self.erasedVisitors.add(visitor, at: date, before: number) else { return false }
        self.cache.remove(visitor)
        self.navigations.remove(visitor)
        return true
    }

    /// Forgets the erased visitors of whom the queue holds nothing any more.
    mutating func forgetErasedVisitors(in queue: DeliveryQueue) {
        guard !self.erasedVisitors.isEmpty else { return }
        self.erasedVisitors.forget(before: queue.numbers.firstObservation)
    }

    /// Encodes records into batches that keep to the limits, in order.
    mutating func batches(
        of records: [PreparedRecord],
        onLoss: (EventType, RecordLoss) -> Void
    ) -> [EventBatch] {
        var batches = BatchSplitter(
            maximumEvents: self.configuration.maximumEvents,
            maximumBytes: self.maximumBytes,
            count: records.count,
            usualLength: self.usualLength
        )
        // By index, as an element that is iterated over is a copy.
        for index in records.indices {
            switch records[index].content {
            case .encoded(let event):
                batches.append(EventBatch.Header(event)) { $0.append(contentsOf: event.json) }
            case .event(let detail, let visit):
                let event: Event
                do throws(RecordLoss) {
                    event = try self.event(detail, of: visit)
                } catch {
                    onLoss(records[index].type, error)
                    continue
                }
                let header = self.header(of: event)
                self.json.removeAll()
                self.encoder.encode(event, into: &self.json)
                self.json.withBytes { json in batches.append(header) { $0.append(contentsOf: json.buffer) } }
            }
        }
        let result = batches.finish()
        if let last = result.last { self.usualLength = last.body.count / last.count + 8 }
        return result
    }

    /// Puts stored events into batches that keep to the limits, in order, with the configured site's ID.
    ///
    /// Events that have failed often enough to be suspects are put into batches of their own, and so are those that are in memory only,
    /// with position 0: at the end of the process these are stored, and those of a mixed batch would be stored twice.
    func batches(of events: [StoredEvent]) -> [(batch: EventBatch, failures: Int)] {
        var result: [(batch: EventBatch, failures: Int)] = []
        var rest = events[...]
        while let first = rest.first {
            let (isStored, failures) = self.group(first)
            let group = rest.prefix { self.group($0) == (isStored, failures) }
            rest = rest.dropFirst(group.count)
            var batches = BatchSplitter(maximumEvents: self.configuration.maximumEvents, maximumBytes: self.maximumBytes)
            for stored in group {
                batches.append(EventBatch.Header(stored.event, position: stored.position)) {
                    StoredSiteID.append(
                        stored.event.json,
                        replacingWith: self.customerSiteID,
                        exceptOf: self.otherSites,
                        to: &$0
                    )
                }
            }
            result += batches.finish().map { ($0, failures) }
        }
        return result
    }

    private func group(_ stored: StoredEvent) -> (isStored: Bool, failures: Int) {
        (stored.position > 0, stored.failures < EventBatch.failuresOfSuspect ? 0 : stored.failures)
    }

    /// Encodes records one by one, for a store.
    mutating func events(
        of records: [PreparedRecord],
        onLoss: (EventType, RecordLoss) -> Void
    ) -> [EncodedEvent] {
        var events: [EncodedEvent] = []
        events.reserveCapacity(records.count)
        for index in records.indices {
            switch records[index].content {
            case .encoded(let event):
                events.append(event)
            case .event(let detail, let visit):
                let event: Event
                do throws(RecordLoss) {
                    event = try self.event(detail, of: visit)
                } catch {
                    onLoss(records[index].type, error)
                    continue
                }
                events.append(self.encoder.encode(event, id: self.generator.makeID(at: event.date), with: &self.json))
            }
        }
        return events
    }

    /// Returns the number of redacted parts since the last call.
    mutating func takeRedactions() -> Int {
        defer { self.redactions = 0 }
        return self.redactions
    }

    private mutating func content(_ content: QueuedRecord.Content) throws(RecordLoss) -> PreparedRecord.Content {
        switch content {
        case .pageView(let visit): .event(.pageView, try self.resolve(visit, .pageView))
        case .productView(let visit): .event(.productView, try self.resolve(visit, .productView))
        case .addToCart(let items, let visit): .event(.addToCart(items), try self.resolve(visit, .addToCart))
        case .encoded(let event): .encoded(event)
        }
    }

    private mutating func resolve(_ visit: Visit, _ type: EventType) throws(RecordLoss) -> ResolvedVisit {
        let resolved: ResolvedVisit
        do {
            resolved = try visit.resolve(with: &self.cache, by: self.rules)
        } catch {
            throw error.loss
        }
        if let reason = resolved.reasonToSkip { throw .skipped(reason) }
        if self.erasedVisitors.contains(resolved.identity, at: resolved.date) { throw .dropped(.erased) }
        if type != .addToCart, case .record(let record) = visit.source, self.navigations.isRepeat(record.flags, resolved, type) {
            throw .skipped(.repeatedNavigation)
        }
        return resolved
    }

    private mutating func event(_ detail: Event.Detail, of visit: ResolvedVisit) throws(RecordLoss) -> Event {
        guard var event = try? visit.event(detail, customerSiteID: self.customerSiteID) else { throw .dropped(.invalid) }
        if self.rules.configuration.beforeSend != nil {
            guard let filtered = try? self.rules.filter(event) else { throw .dropped(.filtered) }
            event = filtered
        }
        self.redactions += visit.redactions.ofEvent
        return event
    }

    private mutating func header(of event: Event) -> EventBatch.Header {
        let date = event.date
        return EventBatch.Header(id: self.generator.makeID(at: date), type: event.type, date: date)
    }
}

extension EventBatch.Header {
    init(_ event: EncodedEvent, position: UInt64 = 0) {
        self.init(
            id: event.id,
            type: event.type,
            date: event.date,
            position: position,
            orderID: event.orderID
        )
    }
}

extension EventEncoder {
    /// Returns an event in wire form, with the identifier that it keeps.
    func encode(_ event: Event, id: EventID) -> EncodedEvent {
        var json = JSONWriter()
        return self.encode(event, id: id, with: &json)
    }

    /// Returns an event in wire form, with the identifier that it keeps, with a writer that is used again.
    fileprivate func encode(_ event: Event, id: EventID, with json: inout JSONWriter) -> EncodedEvent {
        json.removeAll()
        self.encode(event, into: &json)
        return EncodedEvent(id: id, type: event.type, date: event.date, json: json.bytes[...], orderID: event.detail.orderID)
    }
}
