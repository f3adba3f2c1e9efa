//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Synchronization
import Testing

@testable import Tracify

struct TimeoutTests {
    private let clock = ManualClock()

    @Test func returnsTheResult() async {
        #expect(await withTimeout(.seconds(1), clock: self.clock) { 7 } == 7)
    }

    @Test func cancelsTheOperationAfterTheTimeout() async throws {
        let clock = self.clock
        let isCancelled = Shared(false)
        let result = Task {
            await withTimeout(.seconds(1), clock: clock) {
                try? await clock.sleep(for: .seconds(3600))
                isCancelled.change { $0 = Task.isCancelled }
                return 7
            }
        }
        await clock.waitForSleepers(2)
        clock.advance(by: .seconds(1))
        #expect(await result.value == nil)
        try await waitUntil { isCancelled.value }
    }

    @Test func doesNotWaitForAnOperationThatIgnoresCancellation() async {
        let clock = self.clock
        let (gate, open) = AsyncStream.makeStream(of: Void.self)
        let result = Task {
            await withTimeout(.seconds(1), clock: clock) {
                // Not cancelled with its parent.
                await Task { for await _ in gate {} }.value
            }
        }
        await clock.waitForSleepers(1)
        clock.advance(by: .seconds(1))
        #expect(await result.value == nil)
        open.finish()
    }

    @Test func endsWithTheCallingTask() async {
        let clock = self.clock
        let result = Task {
            await withTimeout(.seconds(1), clock: clock) { try? await clock.sleep(for: .seconds(3600)) }
        }
        await clock.waitForSleepers(2)
        result.cancel()
        #expect(await result.value == nil)
    }
}
