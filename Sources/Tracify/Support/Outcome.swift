//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Synchronization

/// The first of several possible results of a call: its own, or `nil` when its time is over or the calling task is cancelled.
final class Outcome<Result: Sendable>: Sendable {
    private enum State {
        case open
        case awaited(CheckedContinuation<Result?, Never>)
        case known(Result?)
    }

    private let state = Mutex(State.open)

    /// Sets the result, unless there is one.
    func set(_ result: Result?) {
        let waiter = self.state.withLock { state -> CheckedContinuation<Result?, Never>? in
            switch state {
            case .known: return nil
            case .open:
                state = .known(result)
                return nil
            case .awaited(let waiter):
                state = .known(result)
                return waiter
            }
        }
        waiter?.resume(returning: result)
    }

    /// The result, once there is one.
    ///
    /// Await it in one task only.
    var value: Result? {
        get async {
            await withTaskCancellationHandler {
                await self.wait()
            } onCancel: {
                self.set(nil)
            }
        }
    }

    private func wait() async -> Result? {
        await withCheckedContinuation { waiter in
            let result = self.state.withLock { state -> Result?? in
                if case .known(let result) = state { return .some(result) }
                state = .awaited(waiter)
                return nil
            }
            if let result { waiter.resume(returning: result) }
        }
    }
}
