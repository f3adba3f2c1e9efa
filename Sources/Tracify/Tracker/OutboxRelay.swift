//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

public import ServiceLifecycle
import Synchronization

/// Delivers the entries of an ``Outbox`` through a tracker, and deletes them when the destination has accepted them.
///
/// Run it beside the tracker, in any number of servers. A service group ends its services in reverse order, so name the tracker first.
///
/// ```swift
/// let relay = try OutboxRelay(SQLiteOutbox(database), tracker: tracker)
/// app.addServices(tracker, relay)
/// ```
///
/// It delivers as the tracker does from its own ``EventStore``, to the same sink: with retries, and without any order holding up the
/// others. What it delivers is in ``Tracker/statistics`` and in ``Tracker/deliveryReports(buffering:)``; its problems are in
/// ``Tracker/health``. An entry that the destination rejects stays in the outbox, and is sent again after
/// ``OutboxConfiguration/retryOfRejected``.
public final class OutboxRelay: Service {
    private let queue: DeliveryQueue
    private let waker: ExporterWaker
    private let exporter: any EventExporting
    private let isStarted = Atomic(false)

    /// Creates a relay.
    ///
    /// It delivers once it runs. Its clock and its limits of batches, retries and the shutdown are those of the tracker.
    ///
    /// - Parameters:
    ///   - outbox: The outbox.
    ///   - tracker: The tracker through which it delivers.
    ///   - configuration: The settings.
    /// - Throws: ``ValidationError`` naming a setting that is out of range.
    public init(_ outbox: some Outbox, tracker: Tracker, configuration: OutboxConfiguration = OutboxConfiguration())
        throws(ValidationError)
    {
        try configuration.validate()
        let (intake, exporter) = tracker.makeRelay(outbox, configuration)
        self.queue = intake.queue
        self.waker = intake.waker
        self.exporter = exporter
    }

    /// Looks for new entries at once, for example after an order was committed.
    public func wake() {
        self.waker.wake()
    }

    /// Delivers until the service group shuts down or the task is cancelled, and then gives back what it has claimed.
    ///
    /// The relay of a disabled tracker only waits for the shutdown.
    ///
    /// - Throws: ``TrackerError/Code/alreadyRunning``.
    public func run() async throws {
        guard !self.isStarted.exchange(true, ordering: .relaxed) else { throw TrackerError.alreadyRunning }
        await withTaskCancellationHandler {
            await withGracefulShutdownHandler {
                await self.exporter.run()
            } onGracefulShutdown: {
                self.queue.close(.gracefully)
            }
        } onCancel: {
            self.queue.close(.byCancellation)
        }
    }
}
