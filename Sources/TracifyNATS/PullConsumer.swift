//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if NATS
import CNATS
import Synchronization

/// Fetches the messages of a durable consumer.
///
/// A request waits at the broker for a short time. Messages that come after it was given up belong to the next one.
final class PullConsumer: Sendable {
    private struct State {
        var messages: [IncomingMessage] = []
        /// The number of the request that is under way, and what its end is waited with.
        var request: UInt64 = 0
        var limit = 0
        var end: BrokerFailure?
        var isEnded = false
        var continuation: CheckedContinuation<Void, Never>?
    }

    /// The time for which a request waits at the broker.
    private static let patience = Duration.milliseconds(50)

    private let stream: String
    private let consumer: String
    private let inbox: String
    private let connection: BrokerConnection
    private let timeout: Duration
    private let clock: any Clock<Duration>
    private let state = Mutex(State())

    init(
        stream: String,
        consumer: String,
        inbox: String,
        connection: BrokerConnection,
        timeout: Duration,
        clock: any Clock<Duration>
    ) {
        self.stream = stream
        self.consumer = consumer
        self.inbox = inbox
        self.connection = connection
        self.timeout = timeout
        self.clock = clock
    }

    /// Returns messages, at most a number of them; none when none came while the request waited.
    ///
    /// Only one call at a time.
    ///
    /// - Throws: ``BrokerFailure``.
    func fetch(_ limit: Int) async throws(BrokerFailure) -> [IncomingMessage] {
        let handler = MessageHandler { [weak self] in self?.add($0) }
        try await self.connection.subscribeOnce("\(self.inbox).*", handler)
        let (number, missing) = self.state.withLock { state in
            state.request += 1
            state.limit = limit
            state.end = nil
            state.isEnded = false
            return (state.request, limit - state.messages.count)
        }
        if missing > 0 {
            let request = #"{"batch":\#(missing),"expires":\#(Self.patience.nanoseconds)}"#
            let subject = "$JS.API.CONSUMER.MSG.NEXT.\(self.stream).\(self.consumer)"
            try await self.connection.send([(subject, request)], replyTo: "\(self.inbox).\(number)")
            await self.waitForEnd()
        }
        let (messages, failure) = self.state.withLock { state in
            let messages = Array(state.messages.prefix(limit))
            state.messages.removeFirst(messages.count)
            return (messages, state.end)
        }
        if messages.isEmpty, let failure { throw failure }
        return messages
    }

    private func waitForEnd() async {
        let clock = self.clock
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.wait() }
            group.addTask {
                // The broker ends a request in time, unless it is lost.
                guard (try? await clock.sleep(for: Self.patience + self.timeout)) != nil else { return }
                self.end(BrokerFailure(NATS_TIMEOUT, text: "the brokers do not answer"))
            }
            await group.next()
            group.cancelAll()
        }
    }

    private func wait() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isEnded = self.state.withLock { state in
                    guard !state.isEnded, state.messages.count < state.limit, !Task.isCancelled else { return true }
                    state.continuation = continuation
                    return false
                }
                if isEnded { continuation.resume() }
            }
        } onCancel: {
            self.end(nil)
        }
    }

    private func add(_ message: OpaquePointer) {
        if let status = IncomingMessage.header("Status", of: message) {
            // The end of an earlier request is none of this one.
            guard self.state.withLock({ IncomingMessage.subject(of: message) == "\(self.inbox).\($0.request)" }) else { return }
            return self.end(self.failure(status))
        }
        guard let message = IncomingMessage(message) else { return }
        self.state.withLock { state -> CheckedContinuation<Void, Never>? in
            state.messages.append(message)
            return state.messages.count >= state.limit ? state.continuation.take() : nil
        }?
        .resume()
    }

    private func end(_ failure: BrokerFailure?) {
        self.state.withLock { state -> CheckedContinuation<Void, Never>? in
            state.isEnded = true
            state.end = failure ?? state.end
            return state.continuation.take()
        }?
        .resume()
    }

    /// Returns what a status means that ends a request; `nil` when there is just nothing more to fetch now.
    private func failure(_ status: String) -> BrokerFailure? {
        guard status == "503" else { return nil }
        let text =
            "there is no consumer \(self.consumer) of the stream \(self.stream), or it has no leader; see tracifyctl fleet setup"
        return BrokerFailure(NATS_NO_RESPONDERS, text: text)
    }
}
#endif
