//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Synchronization

@testable import Tracify

/// A sink whose conformance is checked, and what the check needs to know of it.
struct SinkUnderTest: Sendable {
    /// The sink.
    let sink: any EventSink
    /// Returns the JSON of the events that arrived at the destination, in their order there.
    let received: @Sendable () async throws -> [String]
    /// Makes the next delivery fail; `nil` when the destination cannot be made to.
    var failNext: (@Sendable () async throws -> Void)?
    /// Makes all further deliveries wait until they are cancelled; `nil` when the destination cannot be made to.
    var hang: (@Sendable () async throws -> Void)?
}

/// A requirement that a sink does not meet.
struct SinkConformanceFailure: Error, CustomStringConvertible {
    /// The requirement, as a sentence.
    let requirement: String
    /// What happened instead.
    let detail: String
    /// The seed of the run, to repeat it.
    let seed: UInt64

    var description: String { "\(self.requirement) \(self.detail) (seed \(self.seed))" }
}

/// Checks that a sink meets the requirements of ``EventSink``.
///
/// 1. The events of a batch arrive in the order of the batch.
/// 2. When a delivery returns, the whole batch has arrived. When it throws, the whole batch or nothing of it has arrived.
/// 3. Several deliveries at once do not disturb each other.
/// 4. A batch can be delivered again with the same event IDs, after an error and after success.
/// 5. Errors are `DeliveryError` or `CancellationError`. The reason of a `DeliveryError` does not show an event's content.
/// 6. A cancelled delivery ends within the time limit, with or without an error, also when the destination does not answer.
/// 7. A shutdown can be repeated. Later deliveries throw such an error or are ignored; what arrived before stays.
/// 8. All of this holds for a random sequence of batches of 1 to 200 events, some of which fail and are retried.
///
/// - Parameters:
///   - makeSink: A closure that returns a new sink, with an empty destination, for each requirement.
///   - seed: The seed of the random sequence.
///   - limit: The time limit of each delivery and of a shutdown.
///   - clock: The clock that measures the time limit.
/// - Throws: ``SinkConformanceFailure`` for the first requirement that is not met; the errors of the closures.
func checkConformance(
    of makeSink: @Sendable () async throws -> SinkUnderTest,
    seed: UInt64 = .random(in: .min ... .max),
    limit: Duration = .seconds(30),
    clock: some Clock<Duration> = ContinuousClock()
) async throws {
    for check in SinkConformance.checks {
        let conformance = SinkConformance(subject: try await makeSink(), seed: seed, limit: limit, clock: clock)
        try await check(conformance)()
        try await conformance.shutDown()
    }
}

/// The checks of one sink.
private struct SinkConformance: Sendable {
    static let checks = [
        keepsOrder, failsAsAWhole, deliversConcurrently, endsWhenCancelled, endsWhenCancelledWaiting, survivesShutdown,
        survivesRandomRun,
    ]

    let subject: SinkUnderTest
    let seed: UInt64
    /// Runs an operation within the time limit; `nil` after it.
    private let bounded: @Sendable (@escaping @Sendable () async -> Result<Void, any Error>) async -> Result<Void, any Error>?

    init(subject: SinkUnderTest, seed: UInt64, limit: Duration, clock: some Clock<Duration>) {
        self.subject = subject
        self.seed = seed
        self.bounded = { await withTimeout(limit, clock: clock, $0) }
    }

    // MARK: - The requirements

    private func keepsOrder() async throws {
        let batches = try [1, 50, 2].enumerated().map { try Self.batch(of: $1, number: $0) }
        for batch in batches { try await self.deliverSuccessfully(batch) }
        let expected = batches.flatMap(Self.lines)
        let received = try await self.subject.received()
        try self.require(received == expected, "Batches that are delivered one after the other arrive in order.", "They did not.")
    }

    private func failsAsAWhole() async throws {
        guard let failNext = self.subject.failNext else { return }
        let batch = try Self.batch(of: 20, number: 0)
        try await failNext()
        let failure = try await self.deliver(batch)
        try self.require(failure != nil, "A delivery throws when the destination fails.", "It returned.")
        try await self.checkWhole(batch)
        for _ in 0..<2 { try await self.deliverSuccessfully(batch) }
        try await self.checkArrived([batch])
    }

    private func deliversConcurrently() async throws {
        let batches = try (0..<8).map { try Self.batch(of: 10, number: $0) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for batch in batches { group.addTask { try await self.deliverSuccessfully(batch) } }
            try await group.waitForAll()
        }
        try await self.checkArrived(batches)
    }

    private func endsWhenCancelled() async throws {
        for number in 0..<10 {
            let batch = try Self.batch(of: 10, number: number)
            if try await self.deliver(batch, cancelled: true) == nil { try await self.checkArrived([batch]) }
            try await self.checkWhole(batch)
        }
    }

    private func endsWhenCancelledWaiting() async throws {
        guard let hang = self.subject.hang else { return }
        try await hang()
        let failure = try await self.deliver(try Self.batch(of: 10, number: 0), cancelled: true)
        try self.require(failure != nil, "A cancelled delivery throws when the destination does not answer.", "It returned.")
    }

    private func survivesShutdown() async throws {
        let before = try Self.batch(of: 10, number: 0)
        try await self.deliverSuccessfully(before)
        for _ in 0..<2 { try await self.shutDown() }
        let arrived = try await self.subject.received()
        // Checks the error's type.
        _ = try await self.deliver(try Self.batch(of: 10, number: 1))
        try await self.shutDown()
        let received = try await self.subject.received()
        try self.require(received.starts(with: arrived), "What arrived before the shutdown stays.", "It did not.")
        try await self.checkArrived([before])
    }

    private func survivesRandomRun() async throws {
        var random = SplitMix64(seed: self.seed)
        var batches: [EventBatch] = []
        for number in 0..<20 {
            let batch = try Self.batch(of: Int.random(in: 1...200, using: &random), number: number)
            if random.once(in: 3), let failNext = self.subject.failNext {
                try await failNext()
                _ = try await self.deliver(batch)
                try await self.checkWhole(batch)
            }
            try await self.deliverSuccessfully(batch)
            if random.once(in: 5) { try await self.deliverSuccessfully(batches.last ?? batch) }
            batches.append(batch)
        }
        try await self.checkArrived(batches)
    }

    func shutDown() async throws {
        let sink = self.subject.sink
        let end = await self.bounded {
            await sink.shutdown()
            return .success(())
        }
        try self.require(end != nil, "A shutdown ends.", "It did not end within the time limit.")
    }

    // MARK: - Steps

    /// Delivers a batch, and returns the error.
    private func deliver(_ batch: EventBatch, cancelled: Bool = false) async throws -> (any Error)? {
        let sink = self.subject.sink
        let result = await self.bounded {
            let delivery = Task { try await sink.deliver(batch) }
            if cancelled { delivery.cancel() }
            return await withTaskCancellationHandler {
                await delivery.result
            } onCancel: {
                delivery.cancel()
            }
        }
        switch result {
        case nil:
            throw self.failure("A delivery ends.", "It did not end within the time limit.")
        case .success?:
            return nil
        case .failure(let error)?:
            let isAllowed = error is DeliveryError || error is CancellationError
            try self.require(
                isAllowed,
                "A delivery throws a DeliveryError or a CancellationError.",
                "It threw \(type(of: error))."
            )
            let reason = (error as? DeliveryError)?.reason ?? ""
            let shows = reason.contains(Self.path) || reason.contains("identity_data")
            try self.require(!shows, "The reason of an error does not show an event's content.", "It did.")
            return error
        }
    }

    private func deliverSuccessfully(_ batch: EventBatch) async throws {
        if let error = try await self.deliver(batch) {
            throw self.failure("A delivery to a destination that works does not throw.", "It threw \(error).")
        }
    }

    /// Checks that whole batches arrived, in the order of their events.
    private func checkArrived(_ batches: [EventBatch]) async throws {
        let received = try await self.subject.received()
        for batch in batches {
            var rest = Self.lines(batch)[...]
            for line in received where line == rest.first { rest = rest.dropFirst() }
            try self.require(
                rest.isEmpty,
                "When a delivery returns, the whole batch has arrived, in order.",
                "\(rest.count) of \(batch.count) events are missing or out of order."
            )
        }
    }

    /// Checks that all events of a batch arrived, or none.
    private func checkWhole(_ batch: EventBatch) async throws {
        let received = Set(try await self.subject.received())
        let count = Self.lines(batch).count { received.contains($0) }
        try self.require(
            count == 0 || count == batch.count,
            "The whole batch arrives, or nothing of it.",
            "\(count) of \(batch.count) events arrived."
        )
    }

    private func require(_ condition: Bool, _ requirement: String, _ detail: String) throws {
        guard condition else { throw self.failure(requirement, detail) }
    }

    private func failure(_ requirement: String, _ detail: String) -> SinkConformanceFailure {
        SinkConformanceFailure(requirement: requirement, detail: detail, seed: self.seed)
    }

    // MARK: - Batches

    private static let path = "/conformance/"

    /// Returns a batch whose events differ from those of every other number.
    private static func batch(of count: Int, number: Int) throws -> EventBatch {
        var builder = EventBatchBuilder()
        for index in 0..<count {
            let event = try Event.stub(url: "https://shop.example\(self.path)\(number)/\(index)")
            let id = EventID.stub(UInt64(number * 1000 + index))
            builder.append(EventBatch.Header(id: id, type: .pageView, date: event.date)) {
                EventEncoder().encode(event, into: &$0)
            }
        }
        guard let batch = builder.finish() else { throw CancellationError() }
        return batch
    }

    private static func lines(_ batch: EventBatch) -> [String] {
        batch.map { String(decoding: $0.json, as: UTF8.self) }
    }
}
