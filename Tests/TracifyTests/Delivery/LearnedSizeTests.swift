//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Testing

@testable import Tracify

struct LearnedSizeTests {
    private func learned(_ batch: EventBatch) -> LearnedSize {
        var size = LearnedSize()
        size.noteRefused(batch)
        size.noteRefused(batch)
        return size
    }

    @Test func oneRefusalAloneTeachesNothing() throws {
        let batch = try EventBatch.stub((0..<8).map { "/\($0)" })
        var size = LearnedSize()
        size.noteRefused(batch)
        #expect(size.bytes == nil)
        // Long after it, another one is again the first.
        for _ in 0..<32 { size.noteAccepted(batch.body.count) }
        size.noteRefused(batch)
        #expect(size.bytes == nil)
        size.noteRefused(batch)
        #expect(size.bytes == batch.body.count / 2)
    }

    @Test func growsWhileBodiesAreAccepted() throws {
        let batch = try EventBatch.stub((0..<8).map { "/\($0)" })
        let first = self.learned(batch)
        let bytes = try #require(first.bytes)

        var size = first
        for _ in 0..<1000 { size.noteAccepted(bytes / 2) }
        #expect(size == first, "bodies far below the learned size do not count")
        for _ in 0..<31 { size.noteAccepted(bytes) }
        #expect(size.bytes == bytes)
        size.noteAccepted(bytes)
        #expect(size.bytes == bytes * 2)

        // The larger size fails: the next attempt to grow takes twice as many batches.
        size.noteRefused(batch)
        #expect(size.bytes == bytes)
        for _ in 0..<63 { size.noteAccepted(bytes) }
        #expect(size.bytes == bytes)
        size.noteAccepted(bytes)
        #expect(size.bytes == bytes * 2)
    }

    @Test func repeatedHalvingDoesNotSlowGrowth() throws {
        let batch = try EventBatch.stub((0..<8).map { "/\($0)" })
        let half = try #require(batch.split(at: 4)).0
        var size = self.learned(batch)
        size.noteRefused(half)
        let bytes = try #require(size.bytes)
        #expect(bytes == half.body.count / 2)
        for _ in 0..<32 { size.noteAccepted(bytes) }
        #expect(size.bytes == bytes * 2)
    }

    /// A single event that is too large says nothing about batches of shorter ones.
    @Test func oversizedSingleEventDoesNotLimitBatches() throws {
        #expect(self.learned(try .stub(["/" + String(repeating: "x", count: 1500)])).bytes == nil)
    }
}
