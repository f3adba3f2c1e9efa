//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if NATS
import CNATS
import Synchronization
import Tracify

/// Fetches the messages of a durable consumer.
///
/// A request waits at the broker for a short time. Messages that come after its timeout belong to the next one.
final class PullConsumer: Sendable {
    /// A request that is under way.
    private struct Pull {
        let number: UInt64
        let limit: Int
        var isEnded = false
        var failure: BrokerFailure?
        var continuation: CheckedContinuation<Void, Never>?
    }

    private struct State {
        var messages: [IncomingMessage] = []
        var pull = Pull(number: 0, limit: 0)
        var lastFetch = ContinuousClock.now
    }

    /// The time for which a request waits at the broker.
    private static let patience = Duration.milliseconds(50)
    /// The time after that in which the broker says that it has ended.
    private static let timeout = Duration.seconds(2)

    private let stream: String
    private let consumer: String
    private let inbox: String
    private let connection: BrokerConnection
    private let clock: any Clock<Duration>
    private let state = Mutex(State())

    init(
        stream: String,
        consumer: String,
        inbox: String,
        connection: BrokerConnection,
        clock: any Clock<Duration>
    ) {
        self.stream = stream
        self.consumer = consumer
        self.inbox = inbox
        self.connection = connection
        self.clock = clock
    }

    /// Returns messages, at most a number of them; none when none came while the request waited.
    ///
    /// A call that is still waiting ends when another begins.
    ///
    /// - Throws: ``BrokerFailure``.
    func fetch(_ limit: Int) async throws(BrokerFailure) -> [IncomingMessage] {
        let handler = MessageHandler { [weak self] in self?.add($0) }
        try await self.connection.subscribeOnce("\(self.inbox).*", handler)
        let (number, missing, earlier) = self.state.withLock { state in
            // What is left of an earlier request may be with another relay by now.
            let now = ContinuousClock.now
            if now - state.lastFetch > FleetConfiguration.acknowledgementWait / 3 { state.messages = [] }
            state.lastFetch = now
            let earlier = state.pull.continuation
            state.pull = Pull(number: state.pull.number + 1, limit: limit)
            return (state.pull.number, limit - state.messages.count, earlier)
        }
        earlier?.resume()
        if missing > 0 {
            let request = #"{"batch":\#(missing),"expires":\#(Self.patience.nanoseconds)}"#
            let subject = "$JS.API.CONSUMER.MSG.NEXT.\(self.stream).\(self.consumer)"
            try await self.connection.send([(subject, request)], replyTo: "\(self.inbox).\(number)")
            await self.waitForEnd(of: number)
        }
        let (messages, failure) = self.state.withLock { state in
            let messages = Array(state.messages.prefix(limit))
            state.messages.removeFirst(messages.count)
            return (messages, state.pull.number == number ? state.pull.failure : nil)
        }
        if messages.isEmpty, let failure { throw failure }
        return messages
    }

    private func waitForEnd(of number: UInt64) async {
        // The broker ends a request in time, unless it is lost.
        let end: Void? = await withTimeout(Self.patience + Self.timeout, clock: self.clock) { await self.wait(for: number) }
        if end == nil { self.end(number, BrokerFailure(NATS_TIMEOUT, text: "the brokers do not respond")) }
    }

    private func wait(for number: UInt64) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isEnded = self.state.withLock { state in
                    guard state.pull.number == number, !state.pull.isEnded, state.messages.count < state.pull.limit,
                        !Task.isCancelled
                    else { return true }
                    state.pull.continuation = continuation
                    return false
                }
                if isEnded { continuation.resume() }
            }
        } onCancel: {
            self.end(number, nil)
        }
    }

    private func add(_ message: OpaquePointer) {
        // A message of a stream has a subject for its acknowledgement, whatever its headers.
        if natsMsg_GetReply(message) == nil, let status = IncomingMessage.header("Status", of: message) {
            // The subject ends with the number of the request.
            let number = IncomingMessage.subject(of: message).split(separator: ".").last.flatMap { UInt64($0) }
            if let number { self.end(number, self.failure(status)) }
            return
        }
        guard let message = IncomingMessage(message) else { return }
        self.state.withLock { state -> CheckedContinuation<Void, Never>? in
            state.messages.append(message)
            return state.messages.count >= state.pull.limit ? state.pull.continuation.take() : nil
        }?
        .resume()
    }

    private func end(_ number: UInt64, _ failure: BrokerFailure?) {
        self.state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard state.pull.number == number else { return nil }
            state.pull.isEnded = true
            state.pull.failure = failure ?? state.pull.failure
            return state.pull.continuation.take()
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
