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

/// Events in wire form, at least one, that a sink accepts as a whole or not at all.
///
/// The bytes of ``body`` are written once, when the batch is made, and ready to be sent. As a collection a batch gives its events
/// one by one.
public struct EventBatch: Sendable {
    /// What is known of an event besides its bytes.
    struct Header: Sendable, Hashable {
        let id: EventID
        let type: EventType
        let date: Date
        /// The event's position in the store; 0 without one.
        var position: UInt64 = 0
        /// The ID of the order or conversion, for an event that has one.
        var orderID: String?
    }

    struct Entry: Sendable, Hashable {
        let header: Header
        let range: Range<Int>
    }

    /// The batch as a request body: `{"events":[…]}`, UTF-8.
    public let body: [UInt8]
    let entries: [Entry]

    /// The number of counted failures from which on an event is sent apart from others.
    static let failuresOfSuspect = 3

    /// The ID of the first event, which tells the batch from every other one in flight.
    var firstID: EventID? { self.entries.first?.header.id }

    /// The events' positions in the store.
    var positions: [UInt64] { self.entries.map(\.header.position) }

    /// Whether all events are in the store.
    var isStored: Bool { self.entries.allSatisfy { $0.header.position > 0 } }

    /// Appends the events to a text, each with a line break behind it.
    func appendLines(to text: inout [UInt8]) {
        guard let first = self.entries.first, let last = self.entries.last else { return }
        // One copy of them all: the byte behind each event is that between it and the next one, or the end of the list.
        let offset = text.count - first.range.lowerBound
        text += self.body[first.range.lowerBound...last.range.upperBound]
        for entry in self.entries { text[offset + entry.range.upperBound] = UInt8(ascii: "\n") }
    }

    /// The number of events of each type.
    var countsByType: [EventType: Int] {
        var counts: [EventType: Int] = [:]
        for entry in self.entries { counts[entry.header.type, default: 0] += 1 }
        return counts
    }

    /// Returns the same batch without the events for which `isIncluded` returns `false`; `nil` when none remains.
    func filter(_ isIncluded: (EncodedEvent) throws -> Bool) rethrows -> EventBatch? {
        var builder = EventBatchBuilder()
        for (entry, event) in zip(self.entries, self) where try isIncluded(event) {
            builder.append(entry.header) { $0.append(contentsOf: event.json) }
        }
        return builder.finish()
    }

    /// Returns the same batch without some events, if any remain, and the removed ones; `nil` when none is removed.
    func removing(where isRemoved: (EncodedEvent) -> Bool) -> (rest: EventBatch?, removed: [Header])? {
        let removed = zip(self.entries, self).filter { isRemoved($1) }.map(\.0.header)
        return removed.isEmpty ? nil : (self.filter { !isRemoved($0) }, removed)
    }

    /// Returns the events before an index and those from it on; `nil` when either would be empty.
    func split(at index: Int) -> (EventBatch, EventBatch)? {
        guard index > 0, index < self.count else { return nil }
        guard let first = self.part(0..<index), let second = self.part(index..<self.count) else { return nil }
        return (first, second)
    }

    /// Returns one batch with the events of this one and another.
    func appending(_ other: EventBatch) -> EventBatch {
        var builder = EventBatchBuilder()
        for batch in [self, other] { builder.append(batch.entries[...], of: batch.body) }
        return builder.finish() ?? self
    }

    private func part(_ range: Range<Int>) -> EventBatch? {
        var builder = EventBatchBuilder()
        builder.append(self.entries[range], of: self.body)
        return builder.finish()
    }
}

extension EventBatch {
    /// Creates a batch, as the exporter does, for checks of sinks outside of the core.
    ///
    /// - Parameter events: The events; without any, the result is `nil`.
    package init?(_ events: some Sequence<EncodedEvent>) {
        var builder = EventBatchBuilder()
        for event in events {
            let header = Header(id: event.id, type: event.type, date: event.date, orderID: event.orderID)
            builder.append(header) { $0.append(contentsOf: event.json) }
        }
        guard let batch = builder.finish() else { return nil }
        self = batch
    }
}

extension EventBatch: RandomAccessCollection {
    /// The position of the first event, 0.
    public var startIndex: Int { 0 }

    /// The number of events.
    public var endIndex: Int { self.entries.count }

    /// The event at a position.
    public subscript(position: Int) -> EncodedEvent {
        let entry = self.entries[position]
        return EncodedEvent(
            id: entry.header.id,
            type: entry.header.type,
            date: entry.header.date,
            json: self.body[entry.range],
            orderID: entry.header.orderID
        )
    }
}

extension EventBatch: CustomStringConvertible {
    /// The number of events and bytes, and nothing of their content.
    public var description: String { "EventBatch(\(self.count) events, \(self.body.count) bytes)" }
}

/// Builds a batch in one buffer.
struct EventBatchBuilder {
    private var body: [UInt8] = []
    private var entries: [EventBatch.Entry] = []

    private static let head = #"{"events":["#
    private static let tail = "]}"

    var count: Int { self.entries.count }

    /// The length of the body if the batch were finished now.
    var byteCount: Int { self.body.count + EventBatchBuilder.tail.utf8.count }

    /// Makes room for a batch, so that it is not moved while it grows.
    mutating func reserve(events: Int, bytes: Int) {
        self.entries.reserveCapacity(events)
        self.body.reserveCapacity(bytes)
    }

    mutating func append(_ header: EventBatch.Header, write: (inout [UInt8]) -> Void) {
        if self.entries.isEmpty {
            self.body.append(contentsOf: EventBatchBuilder.head.utf8)
        } else {
            self.body.append(UInt8(ascii: ","))
        }
        let start = self.body.count
        write(&self.body)
        self.entries.append(EventBatch.Entry(header: header, range: start..<self.body.count))
    }

    mutating func append(_ entries: ArraySlice<EventBatch.Entry>, of body: [UInt8]) {
        for entry in entries { self.append(entry.header) { $0.append(contentsOf: body[entry.range]) } }
    }

    /// Removes and returns the last event.
    mutating func removeLast() -> (header: EventBatch.Header, json: [UInt8])? {
        guard let entry = self.entries.popLast() else { return nil }
        let json = [UInt8](self.body[entry.range])
        // The separator, or the head if it was the only one, goes with it.
        self.body.removeSubrange((self.entries.last?.range.upperBound ?? 0)...)
        return (entry.header, json)
    }

    /// Returns the batch and empties the builder; `nil` when there is no event.
    mutating func finish() -> EventBatch? {
        guard !self.entries.isEmpty else { return nil }
        self.body.append(contentsOf: EventBatchBuilder.tail.utf8)
        defer { self = EventBatchBuilder() }
        return EventBatch(body: self.body, entries: self.entries)
    }
}
