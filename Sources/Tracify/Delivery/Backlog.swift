//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// The source of the next batches: the queue, or the store into which the queue is drained.
struct Backlog: Sendable {
    enum Source: Sendable {
        case queue
        case store
    }

    enum Read: Sendable, Equatable {
        /// Take records from the queue.
        case queue(isPartial: Bool)
        /// Read events of the store.
        case store(after: UInt64)
    }

    private let source: Source
    /// The position of the last event that was read from the store.
    private var position: UInt64 = 0
    /// Whether partial batches are taken until the queue is empty.
    private(set) var isFlushing = false
    /// Whether nothing is enqueued any more.
    private(set) var isClosed = false
    /// Whether the last read found nothing more.
    ///
    /// Reset by each wake-up.
    private var isExhausted = false

    init(source: Source) {
        self.source = source
    }

    /// The next read; `nil` when there is nothing until the next wake-up.
    var nextRead: Read? {
        guard !self.isExhausted else { return nil }
        switch self.source {
        case .queue: return .queue(isPartial: self.isFlushing)
        case .store: return .store(after: self.position)
        }
    }

    mutating func wake() {
        self.isExhausted = false
    }

    mutating func requestFlush() {
        self.isFlushing = true
    }

    mutating func close() {
        self.isClosed = true
        self.isFlushing = true
        self.isExhausted = false
    }

    /// Ends the flush, unless the queue is closed: then everything is taken until the end.
    mutating func completeFlush() {
        if !self.isClosed { self.isFlushing = false }
    }

    /// Notes how many records the queue had.
    mutating func tookFromQueue(_ count: Int, of maximum: Int) {
        if count < maximum { self.completeFlush() }
        self.isExhausted = count == 0
    }

    /// Notes which events the store had.
    mutating func readFromStore(_ events: [StoredEvent]) {
        self.position = events.last?.position ?? self.position
        self.isExhausted = events.isEmpty
    }

    /// Notes that the store could not be read.
    ///
    /// The next wake-up retries the read.
    mutating func readFailed() {
        self.isExhausted = true
    }
}
