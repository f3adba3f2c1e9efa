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
/// ``Configuration/retryOfRejected``.
public final class OutboxRelay: Service {
    /// The settings of a relay.
    public struct Configuration: Sendable, Hashable {
        /// The pause between two looks for new entries, 10 milliseconds to 1 hour.
        ///
        /// Default: 1 second. ``OutboxRelay/wake()`` looks at once.
        public var interval: Duration = .seconds(1)
        /// The time for which claimed entries are not given to other servers, 10 seconds to 1 day.
        ///
        /// An order whose server crashed is delivered by another after this time. What is not accepted in half of it is given back, so it
        /// has to be more than twice the time that a request to the destination may take. Default: 5 minutes.
        public var lease: Duration = .seconds(300)
        /// The time after which an entry that the destination rejected, or that cannot be read, is tried again, 1 second to 30 days.
        ///
        /// Default: 1 hour.
        public var retryOfRejected: Duration = .seconds(3600)

        /// Creates the default settings.
        public init() {}

        func validate() throws(ValidationError) {
            try ValidationError.check(self.interval, in: .milliseconds(10) ... .seconds(3600), field: "outbox.interval")
            try ValidationError.check(self.lease, in: .seconds(10) ... .seconds(86_400), field: "outbox.lease")
            let retries = Duration.seconds(1) ... .seconds(30 * 86_400)
            try ValidationError.check(self.retryOfRejected, in: retries, field: "outbox.retryOfRejected")
        }
    }

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
    public init(_ outbox: some Outbox, tracker: Tracker, configuration: Configuration = Configuration()) throws(ValidationError) {
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
