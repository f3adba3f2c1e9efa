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
import Metrics
import Synchronization

/// The statistics as swift-metrics.
///
/// The labels are names of types and reasons, so their number is bounded. The exporter publishes them once an interval; a request's
/// task only adds to an integer.
final class TrackerMetrics: Sendable {
    private let factory: any MetricsFactory
    private let state = Mutex(State())

    private struct State: Sendable {
        var counters: [String: Counter] = [:]
        var published: [String: Int] = [:]
        var gauges: [String: Gauge] = [:]
        var batchEvents: Recorder?
        var duration: Metrics.Timer?
        var problems: [DeliveryHealth.Problem.Code: Gauge] = [:]
    }

    init(factory: any MetricsFactory) {
        self.factory = factory
    }

    /// Adds the counts since the last call.
    func publish(_ statistics: TrackerStatistics, now: Date) {
        self.state.withLock { state in
            for type in EventType.allCases {
                let label = ("type", type.rawValue)
                self.add("tracify.events.captured", [label], statistics.captured(type), &state)
                self.add("tracify.events.delivered", [label], statistics.delivered(type), &state)
                self.add("tracify.events.rejected", [label], statistics.rejected(type), &state)
                for reason in DropReason.allCases {
                    let labels = [label, ("reason", reason.description)]
                    self.add("tracify.events.dropped", labels, statistics.dropped(reason, type), &state)
                }
            }
            for reason in SkipReason.allCases {
                self.add("tracify.requests.skipped", [("reason", reason.description)], statistics.skipped(reason), &state)
            }
            self.add("tracify.deliveries.retried", [], statistics.retries, &state)
            self.add("tracify.events.requeued", [], statistics.requeued, &state)
            self.add("tracify.landings.dropped", [], statistics.droppedLandings, &state)
            self.add("tracify.requests.ignored_forwardings", [], statistics.ignoredForwardings, &state)
            self.add("tracify.events.redacted", [], statistics.redactions, &state)
            self.set("tracify.queue.depth", Double(statistics.queued), &state)
            let age = statistics.oldestQueued.map { max(0, now.timeIntervalSince($0)) } ?? 0
            self.set("tracify.queue.oldest_age_seconds", age, &state)
        }
    }

    /// Publishes the state of delivery.
    ///
    /// A problem has a gauge from its first occurrence on: 1 while it is there, otherwise 0.
    func publish(_ health: DeliveryHealth, queueUse: Double, now: Date) {
        self.state.withLock { state in
            let present = Set(health.problems.map(\.code))
            for code in present where state.problems[code] == nil {
                let label = ("problem", code.description)
                state.problems[code] = Gauge(label: "tracify.health.problem", dimensions: [label], factory: self.factory)
            }
            for (code, gauge) in state.problems { gauge.record(present.contains(code) ? 1 : 0) }
            self.set("tracify.queue.use", queueUse, &state)
            if let date = health.lastDelivery {
                self.set("tracify.delivery.last_success_age_seconds", max(0, now.timeIntervalSince(date)), &state)
            }
        }
    }

    /// Publishes the number of events and dead letters in the store, and the age of the oldest event.
    func publishStore(_ summary: EventStoreSummary, now: Date) {
        self.state.withLock { state in
            self.set("tracify.store.depth", Double(summary.pending.values.reduce(0, +)), &state)
            self.set("tracify.store.dead_letters", Double(summary.deadLetters.values.reduce(0, +)), &state)
            self.set("tracify.store.oldest_age_seconds", summary.oldest.map { max(0, now.timeIntervalSince($0)) } ?? 0, &state)
        }
    }

    /// Records a delivery, whatever its result.
    func record(_ batch: EventBatch, duration: Duration) {
        self.state.withLock { state in
            if state.batchEvents == nil {
                state.batchEvents = Recorder(
                    label: "tracify.batch.events",
                    dimensions: [],
                    aggregate: true,
                    factory: self.factory
                )
                state.duration = Metrics.Timer(label: "tracify.delivery.duration", dimensions: [], factory: self.factory)
            }
            state.batchEvents?.record(batch.count)
            state.duration?.recordNanoseconds(Int64(duration / .nanoseconds(1)))
        }
    }

    private func set(_ name: String, _ value: Double, _ state: inout State) {
        let gauge: Gauge
        if let known = state.gauges[name] {
            gauge = known
        } else {
            gauge = Gauge(label: name, dimensions: [], factory: self.factory)
            state.gauges[name] = gauge
        }
        gauge.record(value)
    }

    private func add(_ name: String, _ dimensions: [(String, String)], _ total: Int, _ state: inout State) {
        guard total > 0 else { return }
        let key = dimensions.reduce(name) { "\($0) \($1.1)" }
        let published = state.published[key, default: 0]
        guard total > published else { return }
        let counter: Counter
        if let known = state.counters[key] {
            counter = known
        } else {
            counter = Counter(label: name, dimensions: dimensions, factory: self.factory)
            state.counters[key] = counter
        }
        counter.increment(by: total - published)
        state.published[key] = total
    }
}
