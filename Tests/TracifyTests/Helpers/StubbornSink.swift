//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Synchronization

@testable import Tracify

/// A sink whose delivery ends only when the test releases it, even if it is cancelled.
final class StubbornSink: EventSink {
    private struct State {
        var busy: [CheckedContinuation<Void, Never>] = []
        var watchers: [CheckedContinuation<Void, Never>] = []
        var running = 0
    }

    private let state = Mutex(State())

    var isBusy: Bool { self.state.withLock { $0.running > 0 } }

    func deliver(_ batch: EventBatch) async throws {
        await withCheckedContinuation { continuation in
            let watchers = self.state.withLock { state in
                state.running += 1
                state.busy.append(continuation)
                defer { state.watchers = [] }
                return state.watchers
            }
            for watcher in watchers { watcher.resume() }
        }
        self.state.withLock { $0.running -= 1 }
    }

    func waitUntilBusy() async {
        await withCheckedContinuation { continuation in
            let isBusy = self.state.withLock { state in
                if state.running > 0 { return true }
                state.watchers.append(continuation)
                return false
            }
            if isBusy { continuation.resume() }
        }
    }

    func release() {
        let busy = self.state.withLock { state in
            defer { state.busy = [] }
            return state.busy
        }
        for continuation in busy { continuation.resume() }
    }
}
