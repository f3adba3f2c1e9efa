//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Synchronization

/// Wakes an exporter that has nothing to do.
final class ExporterWaker: Sendable {
    /// Yields when the exporter has to decide again; several calls may be one wake-up.
    let wakes: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation
    private let hasNews = Atomic(false)

    init() {
        (self.wakes, self.continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Makes the exporter look for something new in the queue and the store.
    func wake() {
        self.hasNews.store(true, ordering: .releasing)
        self.continuation.yield()
    }

    /// Makes the exporter decide again, without anything new.
    func resume() {
        self.continuation.yield()
    }

    /// Whether ``wake()`` was called since the last call.
    func takeNews() -> Bool {
        self.hasNews.exchange(false, ordering: .acquiring)
    }
}
