//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if NATS
import CNATS
import Synchronization
import Tracify

/// Messages that were published together, and what the brokers said to them.
final class Publication: Sendable {
    private struct State {
        var pending: Int
        /// The numbers of the messages that a broker has acknowledged.
        var acknowledged: [Int] = []
        var failure: DeliveryError?
        var continuation: CheckedContinuation<DeliveryError?, Never>?

        /// Notes a failure; one that is transient comes first, as what the others say is seen with the next delivery.
        mutating func add(_ failure: DeliveryError?) {
            if self.failure?.code != .retryable { self.failure = failure ?? self.failure }
        }
    }

    private let state: Mutex<State>

    init(count: Int) {
        self.state = Mutex(State(pending: count))
    }

    /// The numbers of the messages that a broker has acknowledged.
    var acknowledged: [Int] { self.state.withLock { $0.acknowledged } }

    /// Notes the outcome of a message: `nil` for an acknowledgement.
    func complete(_ failure: DeliveryError?, number: Int = 0) {
        self.update { state in
            state.pending -= min(1, state.pending)
            if failure == nil { state.acknowledged.append(number) }
            state.add(failure)
        }
    }

    private func update(_ change: (inout State) -> Void) {
        let resumed = self.state.withLock { state -> (CheckedContinuation<DeliveryError?, Never>, DeliveryError?)? in
            change(&state)
            guard state.pending == 0, let continuation = state.continuation.take() else { return nil }
            return (continuation, state.failure)
        }
        if let (continuation, failure) = resumed { continuation.resume(returning: failure) }
    }

    /// Waits until each message is acknowledged or has failed.
    ///
    /// - Parameters:
    ///   - timeout: The time limit, after which the rest counts as failed.
    ///   - clock: The clock that measures it.
    /// - Returns: The worst failure; `nil` without any.
    func failure(within timeout: Duration, clock: some Clock<Duration>) async -> DeliveryError? {
        if let failure = await withTimeout(timeout, clock: clock, { await self.outcome() }) { return failure }
        let failure = DeliveryError.retryable("no broker acknowledged the events in time")
        self.update { state in
            state.pending = 0
            state.add(failure)
        }
        return failure
    }

    /// Waits in the same way.
    ///
    /// - Throws: The worst failure.
    func wait(_ timeout: Duration, clock: some Clock<Duration>) async throws(DeliveryError) {
        if let failure = await self.failure(within: timeout, clock: clock) { throw failure }
    }

    private func outcome() async -> DeliveryError? {
        await withCheckedContinuation { continuation in
            let failure = self.state.withLock { state -> DeliveryError?? in
                guard state.pending > 0 else { return .some(state.failure) }
                state.continuation = continuation
                return nil
            }
            if let failure { continuation.resume(returning: failure) }
        }
    }
}

/// The messages that await an acknowledgement, each with its publication.
final class PendingAcknowledgements: Sendable {
    private let messages = Mutex<[UInt: (publication: Publication, number: Int)]>([:])

    /// Notes a message before it is published, because its acknowledgement may come at once.
    func insert(_ message: OpaquePointer, _ publication: Publication, _ number: Int) {
        self.messages.withLock { $0[UInt(bitPattern: message)] = (publication, number) }
    }

    func remove(_ message: OpaquePointer) -> (publication: Publication, number: Int)? {
        self.messages.withLock { $0.removeValue(forKey: UInt(bitPattern: message)) }
    }

    /// Called by libnats for each published message, on a thread of its own.
    static let handler: jsPubAckHandler = { _, message, _, failure, closure in
        guard let message, let closure else { return }
        let pending = Unmanaged<PendingAcknowledgements>.fromOpaque(closure).takeUnretainedValue()
        if let (publication, number) = pending.remove(message) {
            publication.complete(failure.flatMap { BrokerFailure.deliveryError($0.pointee) }, number: number)
        }
        natsMsg_Destroy(message)
    }
}
#endif
