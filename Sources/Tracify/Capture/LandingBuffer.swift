import DequeModule
import Synchronization

/// Requests that were no page views but may have brought a session's campaign parameters, on their way to the exporter.
///
/// Beside the queue, because they are no events: they are not counted as such and take no event's place. Bounded; the oldest go
/// first, counted.
final class LandingBuffer: Sendable {
    private struct State {
        var landings: Deque<RequestFacts> = []
        var lost = 0
    }

    static let capacity = 1000

    private let state = Mutex(State())

    func add(_ facts: RequestFacts) {
        self.state.withLock { state in
            if state.landings.count >= LandingBuffer.capacity {
                state.landings.removeFirst()
                state.lost += 1
            }
            state.landings.append(facts)
        }
    }

    func takeAll() -> [RequestFacts] {
        self.state.withLock { state in
            guard !state.landings.isEmpty else { return [] }
            defer { state.landings.removeAll() }
            return Array(state.landings)
        }
    }

    /// How many were given up because too many came between two batches.
    var lost: Int { self.state.withLock { $0.lost } }
}
