import DequeModule
#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
import Synchronization

/// The bounded queue between the requests' tasks and the exporter.
///
/// Its entrance is synchronous: one short critical section, in which nothing is parsed or encoded and which the exporter never
/// holds for long. The bounds are kept here, before anything is kept at all. When it is full, page views go first, then product
/// views and add-to-carts, the oldest of a class first. Orders and conversions are never put out once they are in, because their
/// caller has been told that they are safe: a new one is refused instead, and its caller learns of it.
final class DeliveryQueue: Sendable {
    enum Refusal: Error {
        case full
        case closed
    }

    /// How the queue was closed, which decides how long the exporter may take to empty it.
    enum Closing: Sendable {
        case gracefully
        case byCancellation
    }

    private struct State: Sendable {
        var classes: [PriorityClass] = Array(repeating: PriorityClass(), count: QueuedRecord.Priority.allCases.count)
        var count = 0
        var bytes = 0
        var nextNumber: UInt64 = 0
        var isClosed = false
        /// Whether the exporter has been woken since it last took something.
        var isSignalled = false
        var isFlushRequested = false
        var tally = QueueTally()
    }

    private struct PriorityClass: Sendable {
        struct Numbered: Sendable {
            let number: UInt64
            let record: QueuedRecord
        }

        private var records: Deque<Numbered> = []
        private(set) var bytes = 0

        var isEmpty: Bool { self.records.isEmpty }
        var firstNumber: UInt64? { self.records.first?.number }
        var firstDate: Date? { self.records.first?.record.date }

        mutating func append(_ record: QueuedRecord, number: UInt64) {
            self.bytes += record.byteCount
            self.records.append(Numbered(number: number, record: record))
        }

        mutating func popFirst() -> QueuedRecord? {
            guard let first = self.records.popFirst() else { return nil }
            self.bytes -= first.record.byteCount
            return first.record
        }
    }

    private let limits: QueueLimits
    private let batchSize: Int
    private let batchBytes: Int
    private let state = Mutex(State())
    private let signal: AsyncStream<Void>.Continuation
    private let closed: AsyncStream<Closing>.Continuation

    /// Yields when a batch is full or a flush was asked for; ends when the queue is closed.
    let signals: AsyncStream<Void>
    /// Yields each time the queue is closed.
    let closings: AsyncStream<Closing>

    /// - Parameters:
    ///   - limits: How much is held at most.
    ///   - batchSize: The exporter is woken when there are so many events, or when half of the limit is reached: a queue that is
    ///     smaller than a batch must not fill up beside a sink that has nothing to do.
    ///   - batchBytes: The same in bytes.
    init(limits: QueueLimits, batchSize: Int, batchBytes: Int = .max) {
        self.limits = limits
        self.batchSize = min(batchSize, max(1, limits.events / 2))
        self.batchBytes = min(batchBytes, limits.bytes / 2)
        (self.signals, self.signal) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        (self.closings, self.closed) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(2))
    }

    /// Takes a record in, or refuses it. Never waits.
    func enqueue(_ record: QueuedRecord) throws(Refusal) {
        let outcome: Result<Bool, Refusal> = self.state.withLock { state in
            state.tally.offered[record.type] += 1
            guard !state.isClosed else {
                state.tally.dropped[.shuttingDown][record.type] += 1
                return .failure(.closed)
            }
            if !self.fits(record, state), !self.makeRoom(for: record, &state) {
                state.tally.dropped[.queueFull][record.type] += 1
                return .failure(.full)
            }
            state.classes[record.priority.rawValue].append(record, number: state.nextNumber)
            state.nextNumber &+= 1
            state.count += 1
            state.bytes += record.byteCount
            guard !state.isSignalled, self.isBatchFull(state) else { return .success(false) }
            state.isSignalled = true
            return .success(true)
        }
        if try outcome.get() {
            self.signal.yield()
        }
    }

    private func isBatchFull(_ state: borrowing State) -> Bool {
        state.count >= self.batchSize || state.bytes >= self.batchBytes
    }

    private func fits(_ record: QueuedRecord, _ state: borrowing State) -> Bool {
        state.count < self.limits.events && state.bytes + record.byteCount <= self.limits.bytes
    }

    /// Puts out what is less important than `record`, and then what is as important but older, until it fits.
    private func makeRoom(for record: QueuedRecord, _ state: inout State) -> Bool {
        // Orders are never put out, not even for orders.
        let last = min(record.priority, .interest).rawValue
        var reclaimable = 0
        var isAnyEvictable = false
        for index in 0...last {
            reclaimable += state.classes[index].bytes
            isAnyEvictable = isAnyEvictable || !state.classes[index].isEmpty
        }
        // Nothing is put out for something that would not fit even then.
        guard isAnyEvictable, state.bytes - reclaimable + record.byteCount <= self.limits.bytes else { return false }
        for index in 0...last {
            while !self.fits(record, state), let evicted = state.classes[index].popFirst() {
                state.count -= 1
                state.bytes -= evicted.byteCount
                state.tally.dropped[.queueFull][evicted.type] += 1
            }
        }
        return true
    }

    /// The oldest records, in the order they came (once the queue is closed, orders first), at most `count`; none unless there are as many as a batch takes, or
    /// `isPartial` allows fewer.
    func take(_ count: Int, isPartial: Bool) -> [QueuedRecord] {
        self.state.withLock { state in
            state.isSignalled = false
            guard isPartial || self.isBatchFull(state) else { return [] }
            var records: [QueuedRecord] = []
            records.reserveCapacity(min(count, state.count))
            while records.count < count, let index = self.indexOfNext(state), let record = state.classes[index].popFirst() {
                state.count -= 1
                state.bytes -= record.byteCount
                records.append(record)
            }
            return records
        }
    }

    /// Where the next record is taken from: the oldest, or once the queue is closed and time is short, the most important.
    private func indexOfNext(_ state: borrowing State) -> Int? {
        if state.isClosed { return state.classes.lastIndex { !$0.isEmpty } }
        var oldest: (index: Int, number: UInt64)?
        for index in state.classes.indices {
            guard let number = state.classes[index].firstNumber else { continue }
            if let best = oldest, best.number < number { continue }
            oldest = (index, number)
        }
        return oldest?.index
    }

    /// Asks for what is there to be sent, full batch or not.
    func requestFlush() {
        let isDue = self.state.withLock { state in
            guard state.count > 0, !state.isFlushRequested else { return false }
            state.isFlushRequested = true
            return true
        }
        if isDue { self.signal.yield() }
    }

    /// Whether a flush was asked for since the last call.
    func takeFlushRequest() -> Bool {
        self.state.withLock { state in
            defer { state.isFlushRequested = false }
            return state.isFlushRequested
        }
    }

    /// Refuses everything from now on. What is in stays in, to be taken.
    ///
    /// A service group that shuts down gracefully may lose patience and cancel: both count, each with its own deadline.
    func close(_ closing: Closing) {
        self.state.withLock { $0.isClosed = true }
        self.closed.yield(closing)
        self.signal.finish()
    }

    /// Counts an event that goes past the queue, into the store.
    func countOffered(_ type: EventType) {
        self.state.withLock { $0.tally.offered[type] += 1 }
    }

    /// Whether nothing is taken any more.
    var isClosed: Bool {
        self.state.withLock { $0.isClosed }
    }

    /// Counts a drop that happened before the queue, with what was offered.
    func countRefused(_ type: EventType, _ reason: DropReason) {
        self.state.withLock { state in
            state.tally.offered[type] += 1
            state.tally.dropped[reason][type] += 1
        }
    }

    var isEmpty: Bool {
        self.state.withLock { $0.count == 0 }
    }

    /// What is in the queue and what was counted at its entrance.
    var snapshot: (count: Int, bytes: Int, oldest: Date?, tally: QueueTally) {
        self.state.withLock { ($0.count, $0.bytes, $0.classes.compactMap(\.firstDate).min(), $0.tally) }
    }
}

extension QueuedRecord.Priority: Comparable {
    static func < (lhs: Self, rhs: Self) -> Bool { lhs.rawValue < rhs.rawValue }
}
