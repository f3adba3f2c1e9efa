//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import DequeModule
import Synchronization

/// Skipped requests that may carry a session's campaign parameters, on their way to the exporter.
///
/// Beside the queue, because they are no events: they are not counted as such and take no event's place. Bounded; the oldest are
/// dropped first, and counted.
final class LandingBuffer: Sendable {
    private struct State {
        var landings: Deque<Visit> = []
        var droppedCount = 0
    }

    static let capacity = 1000

    private let state = Mutex(State())

    func add(_ visit: Visit) {
        self.state.withLock { state in
            if state.landings.count >= LandingBuffer.capacity {
                state.landings.removeFirst()
                state.droppedCount += 1
            }
            state.landings.append(visit)
        }
    }

    func takeAll() -> [Visit] {
        self.state.withLock { state in
            guard !state.landings.isEmpty else { return [] }
            defer { state.landings.removeAll() }
            return Array(state.landings)
        }
    }

    var isEmpty: Bool { self.state.withLock { $0.landings.isEmpty } }

    /// The number of requests that were dropped because the limit was reached.
    var droppedCount: Int { self.state.withLock { $0.droppedCount } }
}
