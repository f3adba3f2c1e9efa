//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// Splits a sequence of events into batches that keep to the limits, in order.
struct BatchSplitter {
    private let maximumEvents: Int
    private let maximumBytes: Int
    private var batches: [EventBatch] = []
    private var builder = EventBatchBuilder()
    /// The number of events that are to come.
    private var remaining: Int
    private let usualLength: Int

    /// - Parameters:
    ///   - maximumEvents: The maximum number of events in a batch.
    ///   - maximumBytes: The maximum length of a batch's body, in bytes.
    ///   - count: The number of events, for which room is made.
    ///   - usualLength: The usual length of an event, in bytes.
    init(maximumEvents: Int, maximumBytes: Int, count: Int = 0, usualLength: Int = 0) {
        self.maximumEvents = maximumEvents
        self.maximumBytes = maximumBytes
        self.remaining = count
        self.usualLength = usualLength
    }

    mutating func append(_ header: EventBatch.Header, write: (inout [UInt8]) -> Void) {
        if self.builder.count == 0, self.remaining > 0 {
            let count = min(self.remaining, self.maximumEvents)
            self.builder.reserve(events: count, bytes: min(32 + count * self.usualLength, self.maximumBytes))
        }
        self.remaining -= 1
        self.builder.append(header, write: write)
        // The length of an event is known only once it is written; one too many is moved to the next batch.
        if self.builder.byteCount > self.maximumBytes, self.builder.count > 1, let overflow = self.builder.removeLast() {
            self.close()
            self.builder.append(overflow.header) { $0.append(contentsOf: overflow.json) }
        } else if self.builder.count == self.maximumEvents {
            self.close()
        }
    }

    private mutating func close() {
        if let batch = self.builder.finish() { self.batches.append(batch) }
    }

    mutating func finish() -> [EventBatch] {
        self.close()
        return self.batches
    }
}
