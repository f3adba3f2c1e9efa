//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Tracify

/// Checks that a sink meets the requirements of `EventSink`.
///
/// The batches are those of `EventBatch(stubs:number:)`.
///
/// 1. Batches that are delivered one after the other arrive unchanged and in order.
/// 2. A delivery that returns has delivered the whole batch. A delivery that throws has delivered the whole batch or nothing.
/// 3. Several deliveries at once do not disturb each other.
/// 4. A batch can be delivered again with the same event IDs, after an error and after success.
/// 5. Errors are `DeliveryError` or `CancellationError`, and their reasons do not show the content of an event.
/// 6. A delivery and a shutdown end within the time limit, also when the delivery is cancelled while the destination does not
///    answer.
/// 7. A shutdown can be repeated, and what arrived before it stays.
/// 8. All of this holds for a random sequence of batches of 1 to 200 events, some of which fail and are delivered again.
///
/// - Parameters:
///   - seed: The seed of the random sequence.
///   - limit: The time limit of each call.
///   - clock: The clock that measures the time limit.
///   - makeSink: A closure that returns a new sink with an empty destination. It is called for each requirement.
/// - Throws: ``ConformanceFailure`` for the first requirement that is not met; the errors of the closures; `CancellationError` when
///   the task is cancelled.
public func checkSinkConformance(
    seed: UInt64 = .random(in: .min ... .max),
    limit: Duration = .seconds(30),
    clock: some Clock<Duration> = ContinuousClock(),
    _ makeSink: @Sendable () async throws -> SinkUnderTest
) async throws {
    let run = ConformanceRun(seed: seed, limit: limit, clock: clock)
    for check in SinkConformance.checks {
        let conformance = SinkConformance(subject: try await makeSink(), run: run)
        do {
            try await check(conformance)()
        } catch {
            // The shutdown must not hide the failure.
            try? await conformance.shutDown()
            throw error
        }
        try await conformance.shutDown()
    }
}

extension ConformanceRequirement {
    static let sinkKeepsOrder = Self(1, "Batches that are delivered one after the other arrive unchanged and in order.")
    static let sinkDeliversWhole = Self(2, "A batch is delivered as a whole or not at all, and the delivery says which.")
    static let sinkIsConcurrent = Self(3, "Several deliveries at once do not disturb each other.")
    static let sinkRepeats = Self(4, "A batch can be delivered again with the same event IDs.")
    static let sinkErrors = Self(5, "Errors are DeliveryError or CancellationError, without the content of an event.")
    static let sinkEnds = Self(6, "A delivery and a shutdown end within the time limit, also when the delivery is cancelled.")
    static let sinkShutsDown = Self(7, "A shutdown can be repeated, and what arrived before it stays.")
    static let sinkRandomRun = Self(8, "The requirements hold for a random sequence of batches.")
}

/// The checks of one sink.
private struct SinkConformance: Sendable {
    static let checks = [
        keepsOrder, deliversWhole, deliversConcurrently, deliversAgain, endsWhenCancelled, endsWhenCancelledWaiting,
        survivesShutdown,
        survivesRandomRun,
    ]

    let subject: SinkUnderTest
    let run: ConformanceRun

    // MARK: - The requirements

    private func keepsOrder() async throws {
        let batches = try [1, 50, 2].enumerated().map { try EventBatch(stubs: $1, number: $0) }
        for batch in batches { try await self.deliverSuccessfully(batch, .sinkKeepsOrder) }
        guard let received = try await self.received(.sinkKeepsOrder) else { return }
        let expected = try batches.flatMap(Self.events)
        try self.require(
            received == expected,
            .sinkKeepsOrder,
            "The \(expected.count) events that were delivered, in order.",
            "\(received.count) events, others or in another order."
        )
    }

    private func deliversWhole() async throws {
        guard let failNext = self.subject.failNext else { return }
        let batch = try EventBatch(stubs: 20)
        try await failNext()
        let failure = try await self.deliver(batch)
        try self.require(failure != nil, .sinkDeliversWhole, "A delivery throws when the destination fails.", "It returned.")
        try await self.checkWhole(batch, .sinkDeliversWhole)
    }

    private func deliversConcurrently() async throws {
        let batches = try (0..<8).map { try EventBatch(stubs: 10, number: $0) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for batch in batches { group.addTask { try await self.deliverSuccessfully(batch, .sinkIsConcurrent) } }
            try await group.waitForAll()
        }
        try await self.checkArrived(batches, .sinkIsConcurrent)
    }

    private func deliversAgain() async throws {
        let batch = try EventBatch(stubs: 20)
        if let failNext = self.subject.failNext {
            try await failNext()
            _ = try await self.deliver(batch)
        }
        for _ in 0..<2 { try await self.deliverSuccessfully(batch, .sinkRepeats) }
        try await self.checkArrived([batch], .sinkRepeats)
    }

    private func endsWhenCancelled() async throws {
        for number in 0..<10 {
            let batch = try EventBatch(stubs: 10, number: number)
            if try await self.deliver(batch, cancelled: true) == nil { try await self.checkArrived([batch], .sinkDeliversWhole) }
            try await self.checkWhole(batch, .sinkDeliversWhole)
        }
    }

    private func endsWhenCancelledWaiting() async throws {
        guard let hang = self.subject.hang else { return }
        try await hang()
        let failure = try await self.deliver(try EventBatch(stubs: 10), cancelled: true)
        try self.require(
            failure != nil,
            .sinkEnds,
            "A cancelled delivery throws when the destination does not answer.",
            "It returned."
        )
    }

    private func survivesShutdown() async throws {
        let before = try EventBatch(stubs: 10)
        try await self.deliverSuccessfully(before, .sinkShutsDown)
        for _ in 0..<2 { try await self.shutDown() }
        let arrived = try await self.received(.sinkShutsDown) ?? []
        // Later deliveries throw or are ignored; this checks the error's type.
        _ = try await self.deliver(try EventBatch(stubs: 10, number: 1))
        try await self.shutDown()
        let received = try await self.received(.sinkShutsDown) ?? []
        try self.require(received.starts(with: arrived), .sinkShutsDown, "What arrived before stays.", "It did not.")
        try await self.checkArrived([before], .sinkShutsDown)
    }

    private func survivesRandomRun() async throws {
        var random = SplitMix64(seed: self.run.seed)
        var batches: [EventBatch] = []
        for number in 0..<20 {
            let batch = try EventBatch(stubs: Int.random(in: 1...200, using: &random), number: number)
            if random.once(in: 3), let failNext = self.subject.failNext {
                try await failNext()
                _ = try await self.deliver(batch)
                try await self.checkWhole(batch, .sinkRandomRun)
            }
            try await self.deliverSuccessfully(batch, .sinkRandomRun)
            if random.once(in: 5) { try await self.deliverSuccessfully(batches.last ?? batch, .sinkRandomRun) }
            batches.append(batch)
        }
        try await self.checkArrived(batches, .sinkRandomRun)
    }

    func shutDown() async throws {
        let sink = self.subject.sink
        _ = try await self.run.bounded("A shutdown", .sinkEnds) { await sink.shutdown() }
    }

    // MARK: - Steps

    /// Delivers a batch, and returns the error.
    private func deliver(_ batch: EventBatch, cancelled: Bool = false) async throws -> (any Error)? {
        let sink = self.subject.sink
        let result = try await self.run.bounded("A delivery", .sinkEnds) {
            let delivery = Task { try await sink.deliver(batch) }
            if cancelled { delivery.cancel() }
            try await withTaskCancellationHandler {
                try await delivery.value
            } onCancel: {
                delivery.cancel()
            }
        }
        guard case .failure(let error) = result else { return nil }
        let isAllowed = error is DeliveryError || error is CancellationError
        try self.require(isAllowed, .sinkErrors, "A DeliveryError or a CancellationError.", "\(type(of: error)).")
        let reason = (error as? DeliveryError)?.reason ?? ""
        let shows = reason.contains(EventBatch.stubPath) || reason.contains("identity_data")
        try self.require(!shows, .sinkErrors, "A reason without the content of an event.", "A reason with content.")
        return error
    }

    private func deliverSuccessfully(_ batch: EventBatch, _ requirement: ConformanceRequirement) async throws {
        guard let error = try await self.deliver(batch) else { return }
        throw self.run.failure(requirement, "A delivery to a destination that works does not throw.", "It threw \(error).")
    }

    /// Checks that whole batches arrived, in the order of their events.
    private func checkArrived(_ batches: [EventBatch], _ requirement: ConformanceRequirement) async throws {
        guard let received = try await self.received(requirement) else { return }
        for batch in batches {
            var rest = try Self.events(batch)[...]
            for event in received where event == rest.first { rest = rest.dropFirst() }
            try self.require(
                rest.isEmpty,
                requirement,
                "The delivery returned, so all \(batch.count) events of the batch have arrived, in order.",
                "\(rest.count) of them are missing or out of order."
            )
        }
    }

    /// Checks that all events of a batch arrived, or none.
    private func checkWhole(_ batch: EventBatch, _ requirement: ConformanceRequirement) async throws {
        guard let received = try await self.received(requirement).map(Set.init) else { return }
        let count = try Self.events(batch).count { received.contains($0) }
        try self.require(
            count == 0 || count == batch.count,
            requirement,
            "All \(batch.count) events of the batch have arrived, or none.",
            "\(count) have arrived."
        )
    }

    private func received(_ requirement: ConformanceRequirement) async throws -> [Event]? {
        guard let received = try await self.subject.received?() else { return nil }
        let decoder = EventDecoder()
        do {
            return try received.flatMap { json in try (try? decoder.decode(json)) ?? [decoder.decodeEvent(json)] }
        } catch is EventDecodingError {
            throw self.run.failure(requirement, "JSON of events or batches at the destination.", "Other content.")
        }
    }

    private func require(
        _ condition: Bool,
        _ requirement: ConformanceRequirement,
        _ expected: String,
        _ seen: String
    ) throws {
        guard condition else { throw self.run.failure(requirement, expected, seen) }
    }

    private static func events(_ batch: EventBatch) throws -> [Event] {
        try batch.map { try $0.decoded() }
    }
}
