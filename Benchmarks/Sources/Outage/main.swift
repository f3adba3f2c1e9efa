//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import BenchmarkSupport
import HTTPTypes
import Logging
import Synchronization
import Tracify
import TracifySQLite

#if canImport(Glibc)
import Glibc
#endif

// Measures an outage: the destination is down while a million events are captured, and then accepts them. Run in release mode:
//
//     swift run -c release --package-path Benchmarks Outage [store]
//
// With the argument `store`, events are stored in SQLite, in `outage.sqlite` of the current directory, which is removed first.

let total = 1_000_000
let orderEvery = 1000

/// A sink that is down until it is turned on.
final class Switch: EventSink {
    private let isDown = Atomic(true)
    private let accepted = Atomic(0)

    /// The number of accepted events.
    var count: Int { self.accepted.load(ordering: .relaxed) }

    func turnOn() { self.isDown.store(false, ordering: .relaxed) }

    func deliver(_ batch: EventBatch) async throws {
        if self.isDown.load(ordering: .relaxed) { throw DeliveryError.retryable("down") }
        self.accepted.add(batch.count, ordering: .relaxed)
    }
}

extension Tracker {
    /// The number of captured events that are neither delivered, rejected nor dropped.
    var outstanding: Int {
        let statistics = self.statistics
        return statistics.captured() - statistics.delivered() - statistics.rejected() - statistics.dropped()
    }
}

let sink = Switch()
var configuration = Tracker.Configuration(customerSiteID: try CustomerSiteID("6b29fc40-ca47-1067-b31d-00dd010662da"))
configuration.shutdown.gracefulDeadline = .seconds(600)
configuration.shutdown.cancellationDeadline = .seconds(600)
configuration.retry.maximumBackoff = .seconds(1)
var store: SQLiteEventStore?
if CommandLine.arguments.contains("store") {
    for suffix in ["", "-wal", "-shm", ".lock"] { unlink("outage.sqlite\(suffix)") }
    var settings = SQLiteEventStore.Configuration(path: "outage.sqlite")
    settings.maximumBytes = 256 * 1024 * 1024
    store = try SQLiteEventStore(configuration: settings)
}
let tracker = try Tracker(
    configuration: configuration,
    sink: sink,
    store: store,
    logger: Logger(label: "outage", factory: { _ in SwiftLogNoOpLogHandler() })
)
let requests = try Requests.make(1000, visitors: 1000)
let before = Resources.residentMemory / 1_048_576
let run = Task { try await tracker.run() }
let clock = ContinuousClock()

var peak = before
let filling = try await clock.measure {
    for index in 0..<total {
        let (request, peer) = requests[index % requests.count]
        let visit = tracker.visit(for: request, from: peer)
        if index % orderEvery == 0 {
            try await tracker.orderPlaced(Order(id: "\(index)", currency: .eur, amount: Amount("10")), by: visit)
        } else {
            tracker.requestCompleted(request, response: Requests.response, visit: visit)
        }
        if index % 10_000 == 0 {
            peak = max(peak, Resources.residentMemory / 1_048_576)
            await Task.yield()
        }
    }
}
peak = max(peak, Resources.residentMemory / 1_048_576)
let health = tracker.health

sink.turnOn()
let draining = try await clock.measure {
    // Waits before the shutdown: with a store, a tracker that shuts down while the circuit is open leaves the events in the store.
    while tracker.outstanding > 0 { try await Task.sleep(for: .milliseconds(5)) }
}
run.cancel()
try await run.value
let statistics = tracker.statistics
print("\(total) events in \(filling) while the destination was down; health: \(health.isHealthy ? "healthy" : "failing")")
print("memory: \(Int(before)) MiB before, \(Int(peak)) MiB at the peak")
print("orders: \(statistics.captured(.purchase)) accepted, \(statistics.delivered(.purchase)) delivered")
print("page views: \(statistics.captured(.pageView)) captured, \(statistics.delivered(.pageView)) delivered, dropped:")
for reason in DropReason.allCases where statistics.dropped(reason) > 0 {
    print("    \(statistics.dropped(reason)) \(reason)")
}
print("recovery: \(draining) until everything that was not dropped was delivered, \(sink.count) events")
