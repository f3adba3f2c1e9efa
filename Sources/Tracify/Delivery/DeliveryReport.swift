import Synchronization

/// What became of some events: one step of delivery, as ``Tracker/deliveryReports()`` gives it.
public struct DeliveryReport: Sendable, Hashable {
    /// What happened.
    public enum Outcome: Sendable, Hashable {
        /// The sink took them.
        case delivered
        /// The delivery failed, and will be tried again, as it is or in parts.
        case retried(DeliveryError)
        /// The far end will not take the event; it is a dead letter now.
        case rejected(DeliveryError)
        /// They were given up.
        case dropped(DropReason)
    }

    /// What happened.
    public let outcome: Outcome
    /// To how many events of each type.
    public let events: [EventType: Int]
    /// How long the delivery took; `nil` when there was none.
    public let duration: Duration?
}

/// Hands reports to whoever listens. A listener that does not keep up loses the oldest, and delivery does not wait for it.
final class ReportBroadcaster: Sendable {
    private struct State {
        var nextID = 0
        var listeners: [Int: AsyncStream<DeliveryReport>.Continuation] = [:]
    }

    private let state = Mutex(State())

    func listen(buffering count: Int) -> AsyncStream<DeliveryReport> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: DeliveryReport.self,
            bufferingPolicy: .bufferingNewest(max(1, count))
        )
        let id = self.state.withLock { state in
            state.nextID += 1
            state.listeners[state.nextID] = continuation
            return state.nextID
        }
        continuation.onTermination = { [weak self] _ in
            _ = self?.state.withLock { $0.listeners.removeValue(forKey: id) }
        }
        return stream
    }

    func send(_ outcome: DeliveryReport.Outcome, _ batch: EventBatch, duration: Duration? = nil) {
        let listeners = self.state.withLock { Array($0.listeners.values) }
        guard !listeners.isEmpty else { return }
        let report = DeliveryReport(outcome: outcome, events: batch.countsByType, duration: duration)
        for listener in listeners { listener.yield(report) }
    }

    func finish() {
        let listeners = self.state.withLock { state in
            defer { state.listeners = [:] }
            return Array(state.listeners.values)
        }
        for listener in listeners { listener.finish() }
    }
}

extension EventBatch {
    var countsByType: [EventType: Int] {
        var counts: [EventType: Int] = [:]
        for entry in self.entries { counts[entry.type, default: 0] += 1 }
        return counts
    }
}
