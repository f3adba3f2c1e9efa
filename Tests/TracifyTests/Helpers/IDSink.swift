//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Synchronization
import Tracify

/// A sink that records the identifiers of all events that it is given, and fails on demand.
final class IDSink: EventSink {
    private struct State {
        var failures: [DeliveryError] = []
        var ids: [[EventID]] = []
    }

    private let state = Mutex(State())

    /// The identifiers in each delivery, failed ones included.
    var ids: [[EventID]] { self.state.withLock { $0.ids } }

    init(failing failures: DeliveryError...) {
        self.state.withLock { $0.failures = failures }
    }

    func deliver(_ batch: EventBatch) async throws {
        let failure = self.state.withLock { state in
            state.ids.append(batch.map(\.id))
            return state.failures.isEmpty ? nil : state.failures.removeFirst()
        }
        if let failure { throw failure }
    }
}
