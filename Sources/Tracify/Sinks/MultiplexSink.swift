import DequeModule
import Synchronization

/// Hands every batch to several sinks at once.
///
/// A batch is delivered when all of them took it. When some did and some did not, the whole batch fails, and when it comes again
/// those that took it are left out: no sink sees an event twice because another one failed.
///
/// If several fail in different ways, the way that may pass is reported first, then the one that asks for smaller batches, then
/// the rejection: what is rejected is rejected again when the others have taken it.
public final class MultiplexSink: EventSink {
    private struct State {
        /// The events that one sink has taken and another has not.
        var taken: [Set<UInt64>]
        var order: Deque<UInt64> = []
    }

    private let sinks: [any EventSink]
    private let state: Mutex<State>

    /// How many events are remembered as taken by some sinks only. Beyond it the oldest are forgotten, and may be seen twice.
    private let memory: Int

    /// Creates a sink of sinks.
    ///
    /// - Parameter sinks: Where every batch goes. With none, everything counts as delivered.
    public convenience init(_ sinks: [any EventSink]) {
        self.init(sinks, memory: 100_000)
    }

    init(_ sinks: [any EventSink], memory: Int) {
        self.sinks = sinks
        self.memory = memory
        self.state = Mutex(State(taken: Array(repeating: [], count: sinks.count)))
    }

    /// Delivers to every sink that has not taken the batch's events already.
    ///
    /// - Throws: The error of the sinks that failed, as described above.
    public func deliver(_ batch: EventBatch) async throws {
        let taken = self.state.withLock { $0.taken }
        let failures = await withTaskGroup(of: (Int, (any Error)?).self) { group in
            for (index, sink) in self.sinks.enumerated() {
                guard let rest = taken[index].isEmpty ? batch : batch.filter({ !taken[index].contains($0.id) }) else { continue }
                group.addTask {
                    do {
                        try await sink.deliver(rest)
                        return (index, nil)
                    } catch {
                        return (index, error)
                    }
                }
            }
            var failures: [Int: any Error] = [:]
            for await (index, error) in group {
                failures[index] = error
            }
            return failures
        }
        self.remember(batch, failed: failures)
        if let worst = failures.values.min(by: { MultiplexSink.rank($0) < MultiplexSink.rank($1) }) {
            throw worst
        }
    }

    /// Shuts all sinks down, at once.
    public func shutdown() async {
        await withTaskGroup(of: Void.self) { group in
            for sink in self.sinks {
                group.addTask { await sink.shutdown() }
            }
        }
    }

    private func remember(_ batch: EventBatch, failed: [Int: any Error]) {
        self.state.withLock { state in
            // An id that is remembered already keeps its place: noted again with each attempt, it would push itself out.
            let news = batch.entries.map(\.id).filter { id in !state.taken.contains { $0.contains(id) } }
            for index in state.taken.indices {
                if failed.isEmpty || failed[index] != nil {
                    if !state.taken[index].isEmpty, failed.isEmpty { state.taken[index].subtract(batch.entries.map(\.id)) }
                } else {
                    state.taken[index].formUnion(batch.entries.map(\.id))
                }
            }
            guard !failed.isEmpty else { return }
            state.order.append(contentsOf: news)
            while state.order.count > self.memory, let oldest = state.order.popFirst() {
                for index in state.taken.indices {
                    state.taken[index].remove(oldest)
                }
            }
        }
    }

    private static func rank(_ error: any Error) -> Int {
        switch (error as? DeliveryError)?.kind {
        case .unauthorized?: 1
        case .tooLarge?: 2
        case .rejected?: 3
        default: error is CancellationError ? -1 : 0
        }
    }
}
