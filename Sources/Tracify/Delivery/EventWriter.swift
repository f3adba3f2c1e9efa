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
    /// Whether stored events keep the ID of their site.
    private let keepsSiteIDs: Bool
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
        keepsSiteIDs: Bool = false,
        encoder: EventEncoder,
        batches configuration: BatchConfiguration,
        rules: CaptureRules,
        cachedVisitors: Int
    ) {
        self.customerSiteID = customerSiteID
        self.keepsSiteIDs = keepsSiteIDs
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
    mutating func prepare(_ records: [QueuedRecord], onLoss: (QueuedRecord, RecordLoss) -> Void) -> [PreparedRecord] {
        var prepared: [PreparedRecord] = []
        prepared.reserveCapacity(records.count)
        for record in records {
            do throws(RecordLoss) {
                prepared.append(try self.prepare(record.content))
            } catch {
                onLoss(record, error)
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
        for record in records {
            switch record {
            case .encoded(let event):
                batches.append(EventBatch.Header(event)) { $0.append(contentsOf: event.json) }
            case .event(let event):
                do throws(RecordLoss) {
                    let header = try self.write(event)
                    self.json.withBytes { json in batches.append(header) { $0.append(contentsOf: json.buffer) } }
                } catch {
                    onLoss(event.detail.type, error)
                }
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
                    if self.keepsSiteIDs { return $0.append(contentsOf: stored.event.json) }
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
        for record in records {
            switch record {
            case .encoded(let event):
                events.append(event)
            case .event(let event):
                do throws(RecordLoss) {
                    let header = try self.write(event)
                    events.append(EncodedEvent(id: header.id, type: header.type, date: header.date, json: self.json.bytes[...]))
                } catch {
                    onLoss(event.detail.type, error)
                }
            }
        }
        return events
    }

    /// Returns the number of redacted parts since the last call.
    mutating func takeRedactions() -> Int {
        defer { self.redactions = 0 }
        return self.redactions
    }

    private mutating func prepare(_ content: QueuedRecord.Content) throws(RecordLoss) -> PreparedRecord {
        switch content {
        case .pageView(let visit): .event(PreparedEvent(.pageView, try self.resolve(visit, .pageView)))
        case .productView(let visit): .event(PreparedEvent(.productView, try self.resolve(visit, .productView)))
        case .addToCart(let items, let visit): .event(PreparedEvent(.addToCart(items), try self.resolve(visit, .addToCart)))
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

    /// Writes an event into ``json``.
    private mutating func write(_ event: PreparedEvent) throws(RecordLoss) -> EventBatch.Header {
        self.json.removeAll()
        let seconds: Int64
        if self.rules.configuration.beforeSend == nil {
            seconds = try self.writeUnfiltered(event)
        } else {
            guard let whole = try? event.event(customerSiteID: self.customerSiteID) else { throw .dropped(.invalid) }
            guard let filtered = try? self.rules.filter(whole) else { throw .dropped(.filtered) }
            self.encoder.encode(filtered, into: &self.json)
            seconds = filtered.seconds
        }
        self.redactions += event.redactions
        let date = Date(timeIntervalSince1970: Double(seconds))
        return EventBatch.Header(id: self.generator.makeID(at: date), type: event.detail.type, date: date)
    }

    /// Writes an event from its visit's parts, and returns its time in whole seconds since 1970.
    ///
    /// To make an ``Event`` first, as a closure needs one, took 1,700 instructions more.
    private mutating func writeUnfiltered(_ event: PreparedEvent) throws(RecordLoss) -> Int64 {
        let parameters = event.addition?.parameters ?? event.visit.parameters
        guard let seconds = try? Event.check(event.detail, event.visit.identity, event.visit.date, parameters) else {
            throw .dropped(.invalid)
        }
        self.encoder.encode(
            event.detail,
            of: event.visit.customerSiteID ?? self.customerSiteID,
            on: event.visit.url,
            event.visit.origin,
            from: event.visit.referer,
            with: parameters,
            by: event.visit.identity,
            at: seconds,
            into: &self.json
        )
        return seconds
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
        EncodedEvent(id: id, type: event.type, date: event.date, json: self.encode(event)[...], orderID: event.detail.orderID)
    }
}
