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

/// The bounded queue between the requests' tasks and the exporter.
///
/// Enqueueing is synchronous: one short critical section, in which nothing is parsed or encoded and which the exporter never
/// holds for long. The limits apply before a record is kept. A full queue evicts page views first, then product views and
/// add-to-carts, the oldest of a priority first. Orders and conversions are never evicted, because their caller has been told that
/// they are safe: a full queue refuses a new one, and its caller gets the error.
final class DeliveryQueue: @unchecked Sendable {  // The state is read and changed under the lock only.
    enum Refusal: Error {
        case full
        case closed
    }

    /// The way in which the queue was closed, which decides how long the exporter may take to drain it.
    enum Closing: Sendable {
        case gracefully
        case byCancellation
    }

    private struct State: Sendable {
        var classes: [PriorityClass] = Array(repeating: PriorityClass(), count: EventPriority.allCases.count)
        var count = 0
        var bytes = 0
        var nextNumber: UInt64 = 0
        var isClosed = false
        /// Whether the exporter has been woken since it last took something.
        var isSignalled = false
        var isFlushRequested = false
        /// The records that were evicted for others.
        var evicted = TypeTally(repeating: 0)
    }

    private struct PriorityClass: Sendable {
        struct Numbered: Sendable {
            let number: UInt64
            let record: QueuedRecord
        }

        private(set) var records = ChunkedQueue<Numbered>()
        private(set) var bytes = 0

        var isEmpty: Bool { self.records.isEmpty }
        var firstNumber: UInt64? { self.records.first?.number }
        var firstDate: Date? { self.records.first?.record.date }

        mutating func append(_ record: consuming QueuedRecord, number: UInt64) {
            self.bytes += record.byteCount
            self.records.append(Numbered(number: number, record: record))
        }

        mutating func popFirst() -> QueuedRecord? {
            guard let first = self.records.popFirst() else { return nil }
            self.bytes -= first.record.byteCount
            return first.record
        }
    }

    private static let sliceLength = 32

    private let limits: QueueConfiguration
    private let batchSize: Int
    private let batchBytes: Int
    private let lock = BriefLock()
    // Unchecked, because a check at run time takes longer than the access.
    @exclusivity(unchecked) private var state = State()
    private let signal: @Sendable () -> Void
    private let gracefulShutdown = AsyncStream.makeStream(of: Void.self)
    private let cancellation = AsyncStream.makeStream(of: Void.self)

    /// - Parameters:
    ///   - limits: The limits.
    ///   - batchSize: The number of records that wakes the exporter; half of the limit if that is less: a queue that is smaller than
    ///     a batch must not fill up while the sink is idle.
    ///   - batchBytes: The same in bytes.
    ///   - signal: Called when a batch is full or a flush is requested, and when the queue is closed. Must return at once.
    init(limits: QueueConfiguration, batchSize: Int, batchBytes: Int = .max, signal: @escaping @Sendable () -> Void = {}) {
        self.limits = limits
        self.batchSize = min(batchSize, max(1, limits.maximumEvents / 2))
        self.batchBytes = min(batchBytes, limits.maximumBytes / 2)
        self.signal = signal
    }

    @inline(__always)
    private func withState<Result>(_ body: (inout State) -> Result) -> Result {
        self.lock.withLock { body(&self.state) }
    }

    /// Enqueues a record, or refuses it.
    ///
    /// Never waits.
    func enqueue(_ record: consuming QueuedRecord) throws(Refusal) {
        let (priority, bytes) = (record.priority, record.byteCount)
        // Moved into the queue, not copied.
        var record = Optional(record)
        // Released after the lock.
        var evicted: QueuedRecord?
        let outcome: Result<Bool, Refusal> = self.withState { state in
            guard !state.isClosed else { return .failure(.closed) }
            if !self.fits(bytes, state), !self.makeRoom(for: bytes, priority, &state, &evicted) { return .failure(.full) }
            if let record = record.take() { state.classes[priority.rawValue].append(record, number: state.nextNumber) }
            state.nextNumber &+= 1
            state.count += 1
            state.bytes += bytes
            guard !state.isSignalled, self.isBatchFull(state) else { return .success(false) }
            state.isSignalled = true
            return .success(true)
        }
        if try outcome.get() {
            self.signal()
        }
    }

    private func isBatchFull(_ state: borrowing State) -> Bool {
        state.count >= self.batchSize || state.bytes >= self.batchBytes
    }

    private func fits(_ bytes: Int, _ state: borrowing State) -> Bool {
        state.count < self.limits.maximumEvents && state.bytes + bytes <= self.limits.maximumBytes
    }

    /// Evicts records of lower priority, then older ones of the same priority, until a record of some size fits.
    private func makeRoom(for bytes: Int, _ priority: EventPriority, _ state: inout State, _ evicted: inout QueuedRecord?) -> Bool
    {
        // Orders are never evicted, not even for orders.
        let last = min(priority, .interest).rawValue
        var reclaimable = 0
        var isAnyEvictable = false
        for index in 0...last {
            reclaimable += state.classes[index].bytes
            isAnyEvictable = isAnyEvictable || !state.classes[index].isEmpty
        }
        // Nothing is evicted for a record that would not fit even then.
        guard isAnyEvictable, state.bytes - reclaimable + bytes <= self.limits.maximumBytes else { return false }
        for index in 0...last {
            while !self.fits(bytes, state), let record = state.classes[index].popFirst() {
                state.count -= 1
                state.bytes -= record.byteCount
                state.evicted[record.type] += 1
                evicted = record
            }
        }
        return true
    }

    /// Removes and returns the oldest records of a lane, in the order they came.
    ///
    /// - Parameters:
    ///   - count: The maximum number of records.
    ///   - lane: The lane.
    ///   - isPartial: Whether fewer than a full batch are returned.
    /// - Returns: The oldest records of the lane, in the order they came.
    func take(_ count: Int, of lane: DeliveryLane, isPartial: Bool) -> [QueuedRecord] {
        var records: [QueuedRecord] = []
        let available = self.withState { state in
            state.isSignalled = false
            return isPartial || self.isBatchFull(state) ? min(count, state.count) : 0
        }
        records.reserveCapacity(available)
        // Requests' tasks may enqueue in between.
        while records.count < available, self.takeSlice(upTo: available, of: lane, to: &records) {}
        return records
    }

    /// Removes the oldest records of a lane, as many as take about a microsecond.
    ///
    /// - Returns: Whether there may be more.
    private func takeSlice(upTo count: Int, of lane: DeliveryLane, to records: inout [QueuedRecord]) -> Bool {
        let end = min(count, records.count + DeliveryQueue.sliceLength)
        return self.withState { state in
            while records.count < end {
                guard let index = self.indexOfNext(lane, state), let record = state.classes[index].popFirst() else {
                    return false
                }
                state.count -= 1
                state.bytes -= record.byteCount
                records.append(record)
            }
            return true
        }
    }

    /// The priority of the lane's oldest record.
    private func indexOfNext(_ lane: DeliveryLane, _ state: borrowing State) -> Int? {
        var oldest: (index: Int, number: UInt64)?
        for priority in EventPriority.allCases where (priority == .orders) == (lane == .orders) {
            guard let number = state.classes[priority.rawValue].firstNumber else { continue }
            if let best = oldest, best.number < number { continue }
            oldest = (priority.rawValue, number)
        }
        return oldest?.index
    }

    /// Requests that partial batches are sent, too.
    func requestFlush() {
        let isDue = self.withState { state in
            guard state.count > 0, !state.isFlushRequested else { return false }
            state.isFlushRequested = true
            return true
        }
        if isDue { self.signal() }
    }

    /// Whether a flush was requested since the last call.
    func takeFlushRequest() -> Bool {
        self.withState { state in
            defer { state.isFlushRequested = false }
            return state.isFlushRequested
        }
    }

    /// Refuses all records from now on.
    ///
    /// Queued records stay, to be drained.
    ///
    /// A service group that shuts down gracefully may cancel after a time: both count, each with its own deadline.
    func close(_ closing: Closing) {
        self.withState { $0.isClosed = true }
        switch closing {
        case .gracefully: self.gracefulShutdown.continuation.finish()
        case .byCancellation: self.cancellation.continuation.finish()
        }
        self.signal()
    }

    /// Returns once the queue has been closed in this way, or the task is cancelled.
    ///
    /// At most one task waits for each.
    func waitUntilClosed(_ closing: Closing) async {
        switch closing {
        case .gracefully: for await _ in self.gracefulShutdown.stream {}
        case .byCancellation: for await _ in self.cancellation.stream {}
        }
    }

    /// The visits of the queued page views, product views and add-to-carts.
    var observations: [Visit] {
        self.withState { state in
            state.classes.flatMap { $0.records.elements.compactMap(\.record.visit) }
        }
    }

    /// The number of the next record, and that of the oldest observation; the same when no observation is queued.
    var numbers: (next: UInt64, firstObservation: UInt64) {
        self.withState { state in
            let first = state.classes[..<EventPriority.orders.rawValue].compactMap(\.firstNumber).min()
            return (state.nextNumber, first ?? state.nextNumber)
        }
    }

    /// Whether no record is queued.
    var isEmpty: Bool {
        self.withState { $0.count == 0 }
    }

    /// The share of the limits that is in use, of events or bytes, whichever is larger: 0 to 1.
    var use: Double {
        let (count, bytes) = self.withState { ($0.count, $0.bytes) }
        return max(Double(count) / Double(self.limits.maximumEvents), Double(bytes) / Double(self.limits.maximumBytes))
    }

    /// The content of the queue in numbers, and what it has evicted.
    var snapshot: (count: Int, bytes: Int, oldest: Date?, evicted: TypeTally) {
        self.withState { ($0.count, $0.bytes, $0.classes.compactMap(\.firstDate).min(), $0.evicted) }
    }
}
