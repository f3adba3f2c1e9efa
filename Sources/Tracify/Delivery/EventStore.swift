#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// A durable buffer between what is reported and what is delivered: an event is committed before it is acknowledged, and deleted
/// only after the sink took it.
///
/// Delivery is at least once: what was on its way when the process ended is sent again. Tracify ignores repeated orders and
/// conversions, so this is safe for them.
///
/// ## Writing a store
///
/// ``append(_:)`` returns when the events would survive a crash of the machine. Ids are given by the store, grow, and are never used
/// twice, also not after a restart. A store is bounded; when it is full it gives up page views first, then product views and
/// add-to-carts, the oldest first, and orders and conversions never: it refuses instead, with ``EventStoreError/full``.
public protocol EventStore: Sendable {
    /// Commits events, in order, all of them or none.
    ///
    /// - Parameter events: Events in wire form.
    /// - Returns: What was given up to make room, by type.
    /// - Throws: ``EventStoreError``.
    func append(_ events: [StorableEvent]) async throws -> [EventType: Int]

    /// The oldest events after a place, in the order they were committed.
    ///
    /// - Parameters:
    ///   - id: The id of the last event that was read before; 0 for the beginning.
    ///   - count: How many events at most.
    /// - Throws: ``EventStoreError``.
    func events(after id: UInt64, count: Int) async throws -> [EncodedEvent]

    /// Deletes events that the sink took. Ids that are not there are ignored.
    ///
    /// - Throws: ``EventStoreError``.
    func remove(_ ids: [UInt64]) async throws

    /// Sets events aside that the far end will not take, with the reason. They stay in the store, bounded, and are not among
    /// ``events(after:count:)`` any more.
    ///
    /// - Parameters:
    ///   - ids: The events.
    ///   - reason: What the far end said.
    /// - Returns: How many older dead letters were given up to make room, by type.
    /// - Throws: ``EventStoreError``.
    func setAside(_ ids: [UInt64], reason: String) async throws -> [EventType: Int]

    /// The dead letters, the newest first.
    ///
    /// - Parameter count: How many at most.
    /// - Throws: ``EventStoreError``.
    func deadLetters(count: Int) async throws -> [DeadLetter]

    /// Puts all dead letters back among the events, with new ids.
    ///
    /// - Returns: How many.
    /// - Throws: ``EventStoreError``.
    func putBackDeadLetters() async throws -> Int

    /// How many events wait, by type.
    ///
    /// - Throws: ``EventStoreError``.
    func waiting() async throws -> [EventType: Int]

    /// Closes the store. What is committed stays.
    func close() async
}

/// An event on its way into a store, in wire form.
public struct StorableEvent: Sendable, Hashable {
    /// What kind of event it is.
    public let type: EventType
    /// The event's JSON object, UTF-8, without a line break.
    public let json: [UInt8]

    /// Puts both together.
    public init(type: EventType, json: [UInt8]) {
        self.type = type
        self.json = json
    }
}

/// An event that the far end would not take.
public struct DeadLetter: Sendable, Hashable {
    /// The event, in wire form.
    public let event: EncodedEvent
    /// What the far end said, in one line.
    public let reason: String
    /// When it was given up.
    public let date: Date

    /// Puts all together.
    public init(event: EncodedEvent, reason: String, date: Date) {
        self.event = event
        self.reason = reason
        self.date = date
    }
}

/// Why a store did not do what it was asked.
public struct EventStoreError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kind of failure. A struct, so that kinds can be added without breaking a `switch`.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        /// The name of the kind.
        public let description: String

        /// The bound on bytes is reached, and what fills it is as important.
        public static let full = Code(description: "full")
        /// The store is closed.
        public static let closed = Code(description: "closed")
        /// Another process has the file.
        public static let inUse = Code(description: "in use")
        /// The disk is full, read-only, or fails.
        public static let disk = Code(description: "disk")
        /// The file is of a newer version of this library.
        public static let tooNew = Code(description: "too new")
    }

    /// The kind of failure.
    public let code: Code
    /// What happened, in one line, without any of the content.
    public let reason: String

    /// Creates an error.
    public init(_ code: Code, _ reason: String) {
        self.code = code
        self.reason = reason
    }

    /// One line.
    public var description: String { "the event store is \(self.code): \(self.reason)" }
}
