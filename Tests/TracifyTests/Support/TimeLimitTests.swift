//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Testing

@testable import Tracify

struct TimeLimitTests {
    private let clock = ManualClock()

    /// Begins a call that ends when its task is cancelled only.
    private func beginEndlessCall(_ limit: TimeLimit) async throws -> Task<Int?, Never> {
        let hasBegun = Shared(false)
        let result = Task {
            await limit.run {
                hasBegun.change { $0 = true }
                let (never, _) = AsyncStream.makeStream(of: Void.self)
                for await _ in never {}
                return 7
            }
        }
        try await waitUntil { hasBegun.value }
        return result
    }

    @Test func returnsTheResult() async {
        let limit = TimeLimit(.seconds(1), clock: self.clock)
        #expect(await limit.run { 7 } == 7)
        #expect(
            await limit.run {
                await Task.yield()
                return 8
            } == 8
        )
    }

    @Test func cancelsTheCallAfterItsTime() async throws {
        let limit = TimeLimit(.seconds(1), clock: self.clock)
        let isCancelled = Shared(false)
        let result = Task {
            await limit.run {
                let (never, _) = AsyncStream.makeStream(of: Void.self)
                for await _ in never {}
                isCancelled.change { $0 = Task.isCancelled }
            }
        }
        await self.clock.waitForSleepers(1)
        self.clock.advance(by: .seconds(1))
        #expect(await result.value == nil)
        try await waitUntil { isCancelled.value }
    }

    @Test func doesNotWaitForACallThatIgnoresCancellation() async {
        let limit = TimeLimit(.seconds(1), clock: self.clock)
        let (gate, open) = AsyncStream.makeStream(of: Void.self)
        let result = Task {
            // Not cancelled with its parent.
            await limit.run { await Task { for await _ in gate {} }.value }
        }
        await self.clock.waitForSleepers(1)
        self.clock.advance(by: .seconds(1))
        #expect(await result.value == nil)
        open.finish()
    }

    @Test func endsWithTheCallingTask() async throws {
        let limit = TimeLimit(.seconds(1), clock: self.clock)
        let result = try await self.beginEndlessCall(limit)
        await self.clock.waitForSleepers(1)
        result.cancel()
        #expect(await result.value == nil)
    }

    @Test func oneTaskSleepsForAllCalls() async throws {
        let limit = TimeLimit(.seconds(10), clock: self.clock)
        for _ in 0..<1000 { #expect(await limit.run { true } == true) }
        let early = try await self.beginEndlessCall(limit)
        await self.clock.waitForSleepers(1)
        #expect(self.clock.sleeperCount == 1)

        self.clock.advance(by: .seconds(4))
        let late = try await self.beginEndlessCall(limit)
        let isOver = Shared(false)
        let end = Task {
            #expect(await late.value == nil)
            isOver.change { $0 = true }
        }
        #expect(self.clock.sleeperCount == 1)
        self.clock.advance(by: .seconds(6))
        #expect(await early.value == nil)
        await self.clock.waitForSleepers(1)
        self.clock.advance(by: .milliseconds(3999))
        for _ in 0..<100 { await Task.yield() }
        #expect(!isOver.value)
        self.clock.advance(by: .milliseconds(1))
        await end.value
    }

    /// An idle process is not woken.
    @Test func nothingSleepsOnceTheTimeOfTheLastCallIsOver() async throws {
        let clock = self.clock
        let limit = TimeLimit(.seconds(1), clock: clock)
        let ended = try await self.beginEndlessCall(limit)
        await clock.waitForSleepers(1)
        ended.cancel()
        #expect(await ended.value == nil)
        clock.advance(by: .seconds(1))
        for _ in 0..<100 { await Task.yield() }
        #expect(clock.sleeperCount == 0)
        // It begins again with the next call.
        let result = try await self.beginEndlessCall(limit)
        await clock.waitForSleepers(1)
        clock.advance(by: .seconds(1))
        #expect(await result.value == nil)
    }
}
