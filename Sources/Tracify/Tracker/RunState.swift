//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
import Logging
import Synchronization

/// Whether a tracker has been run, and the warnings about one that has not.
///
/// A forgotten `run()` would show only in lost events.
final class RunState: Sendable {
    private let logger: Logger
    private let isStarted = Atomic(false)
    private let hasWarned = Atomic(false)
    private let healthBeforeRun = Mutex(DeliveryHealth.healthy)

    init(logger: Logger) {
        self.logger = logger
    }

    /// Whether the tracker has been run.
    var hasRun: Bool { self.isStarted.load(ordering: .relaxed) }

    /// Notes that the tracker runs.
    ///
    /// - Returns: `false` when it has been run before.
    func start() -> Bool {
        !self.isStarted.exchange(true, ordering: .relaxed)
    }

    /// Warns about an order that is reported before the tracker runs, unless there was a warning.
    func orderReported() {
        self.warn("An order was reported before the tracker runs.")
    }

    /// Warns about a queue that fills up before the tracker runs, unless there was a warning.
    ///
    /// Called when a batch is full, so that capture pays nothing for it. A batch is at most half of the queue, so this is before
    /// the first drop.
    func batchFull() {
        self.warn("The queue fills up before the tracker runs.")
    }

    private func warn(_ message: String) {
        guard !self.hasRun, !self.hasWarned.exchange(true, ordering: .relaxed) else { return }
        self.logger.warning("\(message) \(Self.remedy)")
    }

    /// Warns about a tracker that is released and never ran.
    func released(queued: Int, captured: Int) {
        guard !self.hasRun, queued + captured > 0 else { return }
        self.logger.warning(
            "A tracker was released without having run: what waits in its queue is lost. \(Self.remedy)",
            metadata: ["queued": "\(queued)"]
        )
    }

    /// Returns the state of delivery of a tracker that has not been run.
    func health(at date: Date) -> DeliveryHealth {
        self.healthBeforeRun.withLock { health in
            health = health.replacing(with: [.init(code: .notRunning, reason: "the tracker has not been run")], at: date)
            return health
        }
    }

    private static let remedy = "Run it: `app.addServices(tracker)` or `try await tracker.run()`."
}
