//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

public import ServiceLifecycle
import Synchronization

extension Tracker: Service {
    /// Delivers until the service group shuts down or the task is cancelled; then drains the queue within the deadlines of
    /// ``ShutdownConfiguration``, and shuts the sink down.
    ///
    /// - Throws: ``TrackerError/Code/alreadyRunning``.
    public func run() async throws {
        self.hasRun.store(true, ordering: .relaxed)
        let isFirstRun = await withTaskCancellationHandler {
            await withGracefulShutdownHandler {
                await self.exporter.run()
            } onGracefulShutdown: {
                self.intake.queue.close(.gracefully)
            }
        } onCancel: {
            self.intake.queue.close(.byCancellation)
        }
        guard isFirstRun else { throw TrackerError.alreadyRunning }
    }
}
