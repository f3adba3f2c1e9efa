//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import DequeModule

/// A first-in, first-out queue that grows by chunks.
///
/// An element is moved in and out, not copied, and growing copies no elements: what enqueues does both under the lock of the queue.
struct ChunkedQueue<Element> {
    private static var chunkLength: Int { 128 }

    /// The chunks that are full, the oldest first; what was removed from the first one is `nil`.
    private var full: Deque<[Element?]> = []
    /// The chunk that is filled.
    private var last: [Element?] = []
    /// The place of the oldest element in the first chunk.
    private var start = 0

    var isEmpty: Bool { self.full.isEmpty && self.start == self.last.count }

    var first: Element? {
        if let chunk = self.full.first { return chunk[self.start] }
        return self.start < self.last.count ? self.last[self.start] : nil
    }

    mutating func append(_ element: consuming Element) {
        if self.last.count == Self.chunkLength {
            self.full.append(self.last)
            self.last = []
        }
        if self.last.isEmpty { self.last.reserveCapacity(Self.chunkLength) }
        self.last.append(element)
    }

    mutating func popFirst() -> Element? {
        guard !self.full.isEmpty else {
            guard self.start < self.last.count else { return nil }
            let element = self.last[self.start].take()
            self.start += 1
            if self.start == self.last.count {
                self.last.removeAll(keepingCapacity: true)
                self.start = 0
            }
            return element
        }
        let element = self.full[0][self.start].take()
        self.start += 1
        if self.start == Self.chunkLength {
            self.full.removeFirst()
            self.start = 0
        }
        return element
    }

    /// The elements, the oldest first.
    var elements: [Element] {
        self.full.flatMap { $0.compactMap(\.self) } + self.last.compactMap(\.self)
    }
}

extension ChunkedQueue: Sendable where Element: Sendable {}
