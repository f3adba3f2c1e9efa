/// One event in wire form, on its way to a sink.
public struct EncodedEvent: Sendable, Hashable {
    /// Tells the event from every other of this process; the same when it is delivered again.
    public let id: UInt64
    /// What kind of event it is.
    public let type: EventType
    /// The event's JSON object, UTF-8, without a line break.
    public let json: ArraySlice<UInt8>

    /// Puts an event together, as a store does.
    ///
    /// - Parameters:
    ///   - id: Tells the event from every other.
    ///   - type: What kind of event it is.
    ///   - json: The event's JSON object.
    public init(id: UInt64, type: EventType, json: ArraySlice<UInt8>) {
        self.id = id
        self.type = type
        self.json = json
    }

    /// Reads the event back.
    ///
    /// - Throws: ``EventDecoder/Failure`` when the bytes are not as the contract has them.
    public func decoded() throws(EventDecoder.Failure) -> Event {
        try EventDecoder().decodeEvent([UInt8](self.json))
    }
}

/// Some events in wire form, at least one, which a sink takes as a whole or not at all.
///
/// The bytes of ``body`` are ready to be sent: they are written once, when the batch is made. As a collection a batch gives its
/// events one by one.
public struct EventBatch: Sendable {
    struct Entry: Sendable, Hashable {
        let id: UInt64
        let type: EventType
        let range: Range<Int>
    }

    /// The batch as the body of a request: `{"events":[…]}`, UTF-8.
    public let body: [UInt8]
    let entries: [Entry]

    /// The id of the first event, which tells a batch from every other that is in flight with it.
    var firstID: UInt64 { self.entries.first?.id ?? 0 }

    /// The same events without those that `isIncluded` refuses; `nil` when none remains.
    func filter(_ isIncluded: (EncodedEvent) throws -> Bool) rethrows -> EventBatch? {
        var builder = EventBatchBuilder()
        for event in self where try isIncluded(event) {
            builder.append(id: event.id, type: event.type) { $0.append(contentsOf: event.json) }
        }
        return builder.finish()
    }
}

extension EventBatch: RandomAccessCollection {
    /// The place of the first event, 0.
    public var startIndex: Int { 0 }

    /// The number of events.
    public var endIndex: Int { self.entries.count }

    /// The event at a place.
    public subscript(position: Int) -> EncodedEvent {
        let entry = self.entries[position]
        return EncodedEvent(id: entry.id, type: entry.type, json: self.body[entry.range])
    }
}

extension EventBatch: CustomStringConvertible {
    /// How many events and bytes, and nothing of them.
    public var description: String { "EventBatch(\(self.count) events, \(self.body.count) bytes)" }
}

/// Puts a batch together in one buffer.
struct EventBatchBuilder {
    private var body: [UInt8] = []
    private var entries: [EventBatch.Entry] = []

    private static let head: StaticString = #"{"events":["#
    private static let tail: StaticString = "]}"

    var count: Int { self.entries.count }
    var isEmpty: Bool { self.entries.isEmpty }

    /// How long the body would be if the batch were finished now.
    var byteCount: Int { self.body.count + EventBatchBuilder.tail.utf8CodeUnitCount }

    mutating func append(id: UInt64, type: EventType, write: (inout [UInt8]) -> Void) {
        if self.entries.isEmpty {
            JSONWriter.writeRaw(EventBatchBuilder.head, to: &self.body)
        } else {
            self.body.append(UInt8(ascii: ","))
        }
        let start = self.body.count
        write(&self.body)
        self.entries.append(EventBatch.Entry(id: id, type: type, range: start..<self.body.count))
    }

    /// Takes the last event out again.
    mutating func removeLast() -> EncodedEvent? {
        guard let entry = self.entries.popLast() else { return nil }
        let event = EncodedEvent(id: entry.id, type: entry.type, json: self.body[entry.range])
        // The separator, or the head if it was the only one, goes with it.
        self.body.removeSubrange((self.entries.last?.range.upperBound ?? 0)...)
        return event
    }

    /// The batch; `nil` when there is no event. The builder is empty then.
    mutating func finish() -> EventBatch? {
        guard !self.entries.isEmpty else { return nil }
        JSONWriter.writeRaw(EventBatchBuilder.tail, to: &self.body)
        defer { self = EventBatchBuilder() }
        return EventBatch(body: self.body, entries: self.entries)
    }
}
