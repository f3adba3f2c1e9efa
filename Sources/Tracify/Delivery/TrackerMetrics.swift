import Metrics
import Synchronization

/// The tracker's numbers as swift-metrics: counters whose labels are names of cases, so there are never more than the cases.
///
/// Published by the exporter from time to time: a request's task only adds to an integer.
final class TrackerMetrics: Sendable {
    private let factory: any MetricsFactory
    private let state = Mutex(State())

    private struct State: Sendable {
        var counters: [String: Counter] = [:]
        var published: [String: Int] = [:]
        var depth: Gauge?
    }

    init(factory: any MetricsFactory) {
        self.factory = factory
    }

    /// Adds what has been counted since the last call.
    func publish(_ statistics: TrackerStatistics) {
        self.state.withLock { state in
            for type in EventType.allCases {
                let label = ("type", type.rawValue)
                self.add("tracify.events.captured", [label], statistics.captured(type), &state)
                self.add("tracify.events.delivered", [label], statistics.delivered(type), &state)
                for reason in DropReason.allCases {
                    let labels = [label, ("reason", reason.rawValue)]
                    self.add("tracify.events.dropped", labels, statistics.dropped(reason, type), &state)
                }
            }
            for reason in SkipReason.allCases {
                self.add("tracify.requests.skipped", [("reason", reason.rawValue)], statistics.skipped(reason), &state)
            }
            if state.depth == nil {
                state.depth = Gauge(label: "tracify.queue.depth", dimensions: [], factory: self.factory)
            }
            state.depth?.record(statistics.queued)
        }
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
