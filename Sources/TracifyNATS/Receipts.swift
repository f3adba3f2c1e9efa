//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if NATS
import DequeModule
import Synchronization
import Tracify

/// What relays say of orders: Tracify has accepted or rejected them.
///
/// A receipt that comes when no delivery waits for it is kept for the next one.
final class Receipts: Sendable {
    enum Outcome: Sendable, Equatable {
        case accepted
        case rejected(reason: String)
    }

    private struct Waiter {
        var missing: Set<EventID>
        let continuation: CheckedContinuation<Void, Never>
    }

    private struct State {
        var outcomes: [EventID: Outcome] = [:]
        var order: Deque<EventID> = []
        var waiters: [UInt64: Waiter] = [:]
        var lastWaiter: UInt64 = 0
    }

    /// The number of receipts that are kept; an order whose receipt is forgotten is published again.
    private static let capacity = 50_000

    private let state = Mutex(State())

    /// Returns what is known of events.
    func outcomes(of ids: some Sequence<EventID>) -> [EventID: Outcome] {
        self.state.withLock { state in
            var outcomes: [EventID: Outcome] = [:]
            for id in ids { outcomes[id] = state.outcomes[id] }
            return outcomes
        }
    }

    /// Forgets receipts that were used.
    func forget(_ ids: some Sequence<EventID>) {
        self.state.withLock { state in
            for id in ids { state.outcomes[id] = nil }
        }
    }

    /// Notes the receipts of a message.
    func add(_ receipts: [(id: EventID, outcome: Outcome)]) {
        let complete = self.state.withLock { state -> [CheckedContinuation<Void, Never>] in
            for (id, outcome) in receipts {
                if state.outcomes.updateValue(outcome, forKey: id) == nil { state.order.append(id) }
            }
            while state.order.count > Self.capacity, let oldest = state.order.popFirst() { state.outcomes[oldest] = nil }
            var complete: [CheckedContinuation<Void, Never>] = []
            for (number, waiter) in state.waiters {
                var waiter = waiter
                for (id, _) in receipts { waiter.missing.remove(id) }
                if waiter.missing.isEmpty { complete.append(waiter.continuation) }
                state.waiters[number] = waiter.missing.isEmpty ? nil : waiter
            }
            return complete
        }
        for continuation in complete { continuation.resume() }
    }

    /// Waits until there is a receipt of each event, or the task is cancelled.
    func wait(for ids: some Sequence<EventID>) async {
        let number = self.state.withLock { state in
            state.lastWaiter += 1
            return state.lastWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isComplete = self.state.withLock { state in
                    let missing = Set(ids.filter { state.outcomes[$0] == nil })
                    if missing.isEmpty || Task.isCancelled { return true }
                    state.waiters[number] = Waiter(missing: missing, continuation: continuation)
                    return false
                }
                if isComplete { continuation.resume() }
            }
        } onCancel: {
            self.state.withLock { $0.waiters.removeValue(forKey: number) }?.continuation.resume()
        }
    }
}

/// The text of receipts: a line for each event, with its ID, and behind a space `+`, or `-` and the reason of a rejection.
enum ReceiptText {
    static func line(_ id: EventID, _ outcome: Receipts.Outcome) -> String {
        switch outcome {
        case .accepted: "\(id) +"
        case .rejected(let reason): "\(id) -\(reason)"
        }
    }

    static func parse(_ text: String) -> [(id: EventID, outcome: Receipts.Outcome)] {
        text.split(separator: "\n")
            .compactMap { line in
                let parts = line.split(separator: " ", maxSplits: 1)
                guard parts.count == 2, let id = try? EventID(String(parts[0])) else { return nil }
                switch parts[1].first {
                case "+": return (id, .accepted)
                case "-": return (id, .rejected(reason: String(parts[1].dropFirst())))
                default: return nil
                }
            }
    }
}
#endif
