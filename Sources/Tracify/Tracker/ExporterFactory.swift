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

/// Makes the exporters of a tracker and of its relays, which share all but the queue and the store.
struct ExporterFactory<C: Clock>: Sendable where C.Duration == Duration {
    let isEnabled: Bool
    let configuration: Exporter<C>.Configuration
    let queue: QueueConfiguration
    let storeTimeout: Duration
    let customerSiteID: CustomerSiteID
    let encoder: EventEncoder
    let cachedVisitors: Int
    let sink: any EventSink
    let rules: CaptureRules
    let statistics: StatisticsRecorder
    let metrics: TrackerMetrics
    let reports: ReportBroadcaster
    let tracing: DeliveryTracing
    let logger: Logger
    let skipLog: SkipLog?
    let clock: C
    let now: @Sendable () -> Date
    let jitter: @Sendable () -> Double

    func intake(store: (any EventStore)?, onBatchFull: @escaping @Sendable () -> Void = {}) -> EventIntake {
        EventIntake(
            limits: self.queue,
            batches: self.configuration.batches,
            store: store,
            customerSiteID: self.customerSiteID,
            encoder: self.encoder,
            rules: self.rules,
            statistics: self.statistics,
            storeTimeout: self.storeTimeout,
            clock: self.clock,
            tracing: self.tracing,
            onBatchFull: onBatchFull
        )
    }

    func exporter(
        _ intake: EventIntake,
        _ landings: LandingBuffer,
        _ sessions: SessionMemory,
        outbox: OutboxEventStore? = nil
    ) -> any EventExporting {
        Exporter(
            configuration: self.configuration,
            intake: intake,
            landings: landings,
            sessions: sessions,
            outbox: outbox,
            sink: self.sink,
            writer: EventWriter(
                customerSiteID: self.customerSiteID,
                keepsSiteIDs: outbox?.keepsSiteIDs ?? false,
                encoder: self.encoder,
                batches: self.configuration.batches,
                rules: self.rules,
                cachedVisitors: self.cachedVisitors
            ),
            outcomes: OutcomeRecorder(
                statistics: self.statistics,
                metrics: self.metrics,
                reports: self.reports,
                logger: self.logger,
                skipLog: self.skipLog
            ),
            clock: self.clock,
            now: self.now,
            jitter: self.jitter
        )
    }

    /// Returns what delivers from an outbox to the tracker's sink.
    func relay(_ outbox: any Outbox, _ configuration: OutboxConfiguration) -> (EventIntake, any EventExporting) {
        let clock = self.clock
        let start = clock.now
        let store = OutboxEventStore(outbox, configuration: configuration, logger: self.logger) { start.duration(to: clock.now) }
        let intake = self.intake(store: store)
        guard self.isEnabled else { return (intake, self.disabled(intake.queue, sink: nil, store: nil, reports: nil)) }
        return (intake, self.exporter(intake, LandingBuffer(), .none, outbox: store))
    }

    /// Returns the exporter of a disabled tracker, which ends what it is given.
    func disabled(
        _ queue: DeliveryQueue,
        sink: (any EventSink)?,
        store: (any EventStore)?,
        reports: ReportBroadcaster?
    ) -> any EventExporting {
        DisabledExporter(
            queue: queue,
            sink: sink,
            store: store,
            reports: reports,
            abandonDelay: self.configuration.shutdown.abandonDelay,
            clock: self.clock
        )
    }
}
