//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

public import Tracify

/// An outbox for ``checkOutboxConformance(seed:limit:clock:_:)``.
public struct OutboxUnderTest: Sendable {
    let outbox: any Outbox
    let insert: @Sendable ([OutboxEntry]) async throws -> Void

    /// Creates an outbox for the checks.
    ///
    /// - Parameters:
    ///   - outbox: The outbox, which is empty.
    ///   - insert: A closure that writes entries as the shop does, in one transaction.
    public init(_ outbox: some Outbox, insert: @escaping @Sendable ([OutboxEntry]) async throws -> Void) {
        self.outbox = outbox
        self.insert = insert
    }
}

/// Checks that an outbox meets the requirements of `Outbox`.
///
/// 1. A claim returns entries as they were written, the oldest first, and at most as many as the limit.
/// 2. A claimed entry is not claimed again before its lease ends, and then it is.
/// 3. A released entry can be claimed at once.
/// 4. A deleted entry is gone, and unknown IDs are ignored.
/// 5. Several claims at once get each entry once.
/// 6. All of this holds for a random sequence of calls.
///
/// - Parameters:
///   - seed: The seed of the random sequence.
///   - limit: The time limit of each call.
///   - clock: The clock that measures the time limit.
///   - makeOutbox: A closure that returns a new, empty outbox. It is called for each requirement.
/// - Throws: ``ConformanceFailure`` for the first requirement that is not met; the errors of the closures and of the outbox;
///   `CancellationError` when the task is cancelled.
public func checkOutboxConformance(
    seed: UInt64 = .random(in: .min ... .max),
    limit: Duration = .seconds(30),
    clock: some Clock<Duration> = ContinuousClock(),
    _ makeOutbox: @Sendable () async throws -> OutboxUnderTest
) async throws {
    let run = ConformanceRun(seed: seed, limit: limit, clock: clock)
    for check in OutboxConformance.checks {
        try await check(OutboxConformance(subject: try await makeOutbox(), run: run))()
    }
}

extension ConformanceRequirement {
    fileprivate static let returnsEntries = Self(1, "A claim returns entries as they were written, the oldest first.")
    fileprivate static let keepsLeases = Self(2, "A claimed entry is not claimed again before its lease ends, and then it is.")
    fileprivate static let releases = Self(3, "A released entry can be claimed at once.")
    fileprivate static let deletes = Self(4, "A deleted entry is gone, and unknown IDs are ignored.")
    fileprivate static let isConcurrent = Self(5, "Several claims at once get each entry once.")
    fileprivate static let outboxRandomRun = Self(6, "The requirements hold for a random sequence of calls.")
}

/// The checks of one outbox.
private struct OutboxConformance: Sendable {
    static let checks = [returnsEntries, keepsLeases, releases, deletes, claimsConcurrently, survivesRandomRun]

    private static let lease = Duration.seconds(3600)

    let subject: OutboxUnderTest
    let run: ConformanceRun

    // MARK: - The requirements

    private func returnsEntries() async throws {
        try await self.expect([], self.claim(10, .returnsEntries), .returnsEntries)
        let entries = try await self.insert(0..<5)
        try await self.expect(Array(entries[..<3]), self.claim(3, .returnsEntries), .returnsEntries)
        try await self.expect(Array(entries[3...]), self.claim(3, .returnsEntries), .returnsEntries)
    }

    private func keepsLeases() async throws {
        let entries = try await self.insert(0..<2)
        try await self.expect(entries, self.claim(10, lease: .zero, .keepsLeases), .keepsLeases)
        try await self.expect(entries, self.claim(10, .keepsLeases), .keepsLeases)
        try await self.expect([], self.claim(10, .keepsLeases), .keepsLeases)
    }

    private func releases() async throws {
        let entries = try await self.insert(0..<3)
        _ = try await self.claim(10, .releases)
        try await self.call("release", .releases) { try await $0.release(ids: [entries[1].id, Self.entry(99).id]) }
        try await self.expect([entries[1]], self.claim(10, .releases), .releases)
        try await self.call("release", .releases) { try await $0.release(ids: []) }
        try await self.expect([], self.claim(10, .releases), .releases)
    }

    private func deletes() async throws {
        let entries = try await self.insert(0..<4)
        _ = try await self.claim(2, .deletes)
        try await self.call("delete", .deletes) { try await $0.delete(ids: [entries[0].id, entries[2].id, Self.entry(99).id]) }
        try await self.call("delete", .deletes) { try await $0.delete(ids: []) }
        try await self.call("release", .deletes) { try await $0.release(ids: entries.map(\.id)) }
        try await self.expect([entries[1], entries[3]], self.claim(10, .deletes), .deletes)
    }

    private func claimsConcurrently() async throws {
        let entries = try await self.insert(0..<100)
        let claimed = try await withThrowingTaskGroup(of: [OutboxEntry].self) { group in
            for _ in 0..<8 {
                group.addTask {
                    var claimed: [OutboxEntry] = []
                    while true {
                        let part = try await self.claim(7, .isConcurrent)
                        if part.isEmpty { return claimed }
                        claimed += part
                    }
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        try self.expect(entries, claimed.sorted { $0.id.description < $1.id.description }, .isConcurrent)
    }

    private func survivesRandomRun() async throws {
        var random = SplitMix64(seed: self.run.seed)
        var waiting: [EventID: OutboxEntry] = [:]
        var claimed: [EventID: OutboxEntry] = [:]
        var number = 0
        for _ in 0..<200 {
            switch Int.random(in: 0..<5, using: &random) {
            case 0:
                for entry in try await self.insert(number..<(number + 3)) { waiting[entry.id] = entry }
                number += 3
            case 1:
                let ids = claimed.keys.filter { _ in Bool.random(using: &random) }
                try await self.call("release", .outboxRandomRun) { try await $0.release(ids: ids) }
                for id in ids { waiting[id] = claimed.removeValue(forKey: id) }
            case 2:
                let ids = claimed.keys.filter { _ in Bool.random(using: &random) }
                try await self.call("delete", .outboxRandomRun) { try await $0.delete(ids: ids) }
                for id in ids { claimed[id] = nil }
            default:
                let limit = Int.random(in: 1...5, using: &random)
                let entries = try await self.claim(limit, .outboxRandomRun)
                guard entries.count == min(limit, waiting.count), entries.allSatisfy({ waiting[$0.id] == $0 }) else {
                    throw self.run.failure(
                        .outboxRandomRun,
                        "\(min(limit, waiting.count)) of the \(waiting.count) entries that no one has claimed",
                        "\(entries.count) entries, \(entries.count { waiting[$0.id] == nil }) of them claimed, deleted or unknown"
                    )
                }
                for entry in entries { claimed[entry.id] = waiting.removeValue(forKey: entry.id) }
            }
        }
    }

    // MARK: - Calls

    private func insert(_ numbers: Range<Int>) async throws -> [OutboxEntry] {
        let entries = numbers.map(Self.entry)
        try await self.subject.insert(entries)
        return entries
    }

    /// Returns the entry with a number, whose ID grows with it, and whose text a database might change.
    private static func entry(_ number: Int) -> OutboxEntry {
        let id = EventID(high: UInt64(1_718_973_397_000 + number) << 16 | 0x7000, low: 1 << 63 | UInt64(number))
        return OutboxEntry(id: id, json: #"{"version":1, "b":\#(number),"a":"'\\\" $1 ? ü 🫖","a":null} "#)
    }

    private func claim(_ limit: Int, lease: Duration = Self.lease, _ requirement: ConformanceRequirement) async throws
        -> [OutboxEntry]
    {
        try await self.call("claim", requirement) { try await $0.claim(limit: limit, lease: lease) }
    }

    @discardableResult
    private func call<Value: Sendable>(
        _ name: String,
        _ requirement: ConformanceRequirement,
        _ call: @escaping @Sendable (any Outbox) async throws -> Value
    ) async throws -> Value {
        let outbox = self.subject.outbox
        return try await self.run.bounded(name, requirement) { try await call(outbox) }.get()
    }

    private func expect(
        _ expected: [OutboxEntry],
        _ seen: [OutboxEntry],
        _ requirement: ConformanceRequirement
    ) throws {
        func text(_ entries: [OutboxEntry]) -> String {
            "\(entries.count) entries: \(entries.prefix(5).map { "\($0.id) \($0.json)" })"
        }
        guard seen == expected else { throw self.run.failure(requirement, text(expected), text(seen)) }
    }
}
