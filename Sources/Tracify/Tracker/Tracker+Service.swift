//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

public import ServiceLifecycle

extension Tracker: Service {
    /// Delivers until the service group shuts down or the task is cancelled; then drains the queue within the deadlines of
    /// ``ShutdownConfiguration``, and shuts the sink down.
    ///
    /// A disabled tracker only waits for the shutdown; see ``Configuration/isEnabled``.
    ///
    /// - Throws: ``TrackerError/Code/alreadyRunning``.
    public func run() async throws {
        guard self.runState.start() else { throw TrackerError.alreadyRunning }
        await withTaskCancellationHandler {
            await withGracefulShutdownHandler {
                await self.deliverUntilClosed()
            } onGracefulShutdown: {
                self.intake.queue.close(.gracefully)
            }
        } onCancel: {
            self.intake.queue.close(.byCancellation)
        }
    }

    /// Delivers until the queue is closed and drained, and then lets other trackers use the sink and the store.
    func deliverUntilClosed() async {
        await self.exporter.run()
        self.claim.release()
    }
}
