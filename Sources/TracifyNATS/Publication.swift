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
        var failure: DeliveryError?
        var continuation: CheckedContinuation<DeliveryError?, Never>?
    }

    private let state: Mutex<State>

    init(count: Int) {
        self.state = Mutex(State(pending: count))
    }

    /// Notes the outcome of messages: `nil` for an acknowledgement.
    func complete(_ failure: DeliveryError?, count: Int = 1) {
        let resumed = self.state.withLock { state -> (CheckedContinuation<DeliveryError?, Never>, DeliveryError?)? in
            state.pending -= count
            if let failure { state.failure = state.failure.map { Self.worse($0, failure) } ?? failure }
            guard state.pending <= 0, let continuation = state.continuation else { return nil }
            state.continuation = nil
            return (continuation, state.failure)
        }
        if let (continuation, failure) = resumed { continuation.resume(returning: failure) }
    }

    /// Waits until each message is acknowledged or has failed; each has a time limit of its own.
    ///
    /// - Throws: The worst failure.
    func wait() async throws(DeliveryError) {
        let failure = await withCheckedContinuation { continuation in
            let failure = self.state.withLock { state -> DeliveryError?? in
                guard state.pending > 0 else { return .some(state.failure) }
                state.continuation = continuation
                return nil
            }
            if let failure { continuation.resume(returning: failure) }
        }
        if let failure { throw failure }
    }

    /// A failure that is transient comes first: what the others say is then seen with the next delivery.
    private static func worse(_ first: DeliveryError, _ second: DeliveryError) -> DeliveryError {
        first.code == .retryable ? first : second
    }
}

/// The messages that await an acknowledgement, each with its publication.
final class PendingAcknowledgements: Sendable {
    private let messages = Mutex<[UInt: Publication]>([:])

    /// Notes a message before it is published, because its acknowledgement may come at once.
    func insert(_ message: OpaquePointer, _ publication: Publication) {
        self.messages.withLock { $0[UInt(bitPattern: message)] = publication }
    }

    func remove(_ message: OpaquePointer) -> Publication? {
        self.messages.withLock { $0.removeValue(forKey: UInt(bitPattern: message)) }
    }

    /// Called by libnats for each published message, on a thread of its own.
    static let handler: jsPubAckHandler = { _, message, _, failure, closure in
        guard let message, let closure else { return }
        let pending = Unmanaged<PendingAcknowledgements>.fromOpaque(closure).takeUnretainedValue()
        pending.remove(message)?.complete(failure.flatMap { BrokerFailure.deliveryError($0.pointee) })
        natsMsg_Destroy(message)
    }
}
#endif
