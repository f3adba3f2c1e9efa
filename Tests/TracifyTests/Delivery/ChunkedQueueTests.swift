//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Testing

@testable import Tracify

struct ChunkedQueueTests {
    /// A queue that shrinks and grows over several chunks, beside an array.
    @Test(arguments: 0..<20 as Range<UInt64>)
    func returnsElementsInOrder(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var queue = ChunkedQueue<Int>()
        var expected: [Int] = []
        for number in 0..<3000 {
            // It grows to several hundred elements in the first half, and is emptied in the second.
            if Int.random(in: 0..<5, using: &random) < (number < 1500 ? 3 : 2) {
                queue.append(number)
                expected.append(number)
            } else {
                #expect(queue.popFirst() == (expected.isEmpty ? nil : expected.removeFirst()))
            }
            #expect(queue.first == expected.first)
            #expect(queue.isEmpty == expected.isEmpty)
        }
        #expect(queue.elements == expected)
        while let element = queue.popFirst() { #expect(element == expected.removeFirst()) }
        #expect(expected.isEmpty && queue.isEmpty)
    }

    /// What was removed is released at once, although its chunk stays.
    @Test func releasesRemovedElements() {
        final class Item {}
        var queue = ChunkedQueue<Item>()
        var items = (0..<300).map { _ in Item() }
        for item in items { queue.append(item) }
        let references = items.map { Weak($0) }
        items = []
        #expect(references.allSatisfy { $0.item != nil })
        for index in 0..<300 {
            _ = queue.popFirst()
            #expect(references[index].item == nil)
            #expect(references[(index + 1)...].allSatisfy { $0.item != nil })
        }
    }

    private struct Weak<Item: AnyObject> {
        weak var item: Item?

        init(_ item: Item) { self.item = item }
    }
}
