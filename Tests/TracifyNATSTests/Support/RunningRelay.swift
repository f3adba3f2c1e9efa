//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if NATS && os(Linux)
import Foundation
import Logging
import ServiceLifecycle
import Tracify
import TracifyNATS

extension JetStreamRelay {
    /// Runs a relay to a sink while a closure runs.
    static func running(
        _ configuration: JetStreamConfiguration,
        to sink: some EventSink,
        _ body: @Sendable () async throws -> Void
    ) async throws {
        var settings = Tracker.Configuration(customerSiteID: try CustomerSiteID("00000000-0000-4000-8000-000000000000"))
        settings.storeTimeout = .seconds(600)
        settings.batches.interval = .milliseconds(50)
        settings.retry.initialBackoff = .milliseconds(50)
        settings.retry.maximumBackoff = .milliseconds(500)
        // Soon after the date of the stubs, because old page views are dropped.
        let tracker = try Tracker(configuration: settings, sink: sink, now: { Date(timeIntervalSince1970: 1_718_973_400) })
        let relay = try JetStreamRelay(
            configuration: configuration,
            tracker: tracker,
            retry: settings.retry,
            logger: Logger(label: "relay")
        )
        let group = ServiceGroup(
            configuration: .init(services: [.init(service: tracker), .init(service: relay)], logger: Logger(label: "relay"))
        )
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            do {
                try await body()
            } catch {
                await group.triggerGracefulShutdown()
                throw error
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }
}

extension JetStreamSink {
    /// Delivers a batch as a tracker does: again after a failure that is transient, and after a missing receipt.
    func deliverInTheEnd(_ batch: EventBatch) async throws {
        while true {
            do {
                return try await self.deliver(batch)
            } catch let error as DeliveryError where [.retryable, .awaitingReceipt].contains(error.code) {
                try Task.checkCancellation()
                await Task.yield()
            }
        }
    }
}
#endif
