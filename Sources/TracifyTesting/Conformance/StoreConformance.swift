//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

public import Tracify

/// Checks that a store meets the requirements of `EventStore`.
///
/// The store must be small, so that the check can fill it: its byte limit and its limit of dead letters must be at most those of the
/// options, and it must hold at least 250 events of 300 bytes and 16 dead letters.
///
/// 1. A lane is read in the order of the commits, page by page, and the events are unchanged.
/// 2. The lanes are apart.
/// 3. Positions are greater than 0, grow with each event, and are never used twice, also after the store was opened again.
/// 4. A full store evicts page views first, then product views and add-to-carts, the oldest first, and counts them.
/// 5. A store that is full of orders throws `full` for more orders, is unchanged, and accepts orders again when some were settled.
/// 6. An append commits all of its events or none.
/// 7. A settlement deletes events that were delivered or dropped, counts failures, and moves rejected events to the dead letters.
///    Settlements of unknown positions and repeated ones have no effect.
/// 8. Dead letters are returned unchanged with their reasons, the newest first.
/// 9. A full store of dead letters evicts those of page views first, then those of product views and add-to-carts, the oldest first.
///    It refuses orders when orders fill it, and these stay pending.
/// 10. Dead letters are selected by type, reason and date.
/// 11. Requeued dead letters are pending again, unchanged, with new positions and without failures.
/// 12. Discarded dead letters are deleted and counted.
/// 13. The summary equals a count of the content.
/// 14. Orders are found by ID with their states, the newest entry first.
/// 15. Everything that was committed is there after the store was opened again.
/// 16. Calls from several tasks do not disturb each other.
/// 17. Calls after `close()` throw `closed`, and an append that races with it is committed or throws.
/// 18. An append or settlement whose task is cancelled has its effect when it returns, and its whole effect or none when it throws.
/// 19. Errors are `EventStoreError`, and their reasons do not show the content of an event. Only a call whose task is cancelled may
///     throw `CancellationError`.
/// 20. A call ends within the time limit.
/// 21. All of this holds for a random sequence of calls, compared with a model.
/// 22. An erasure deletes and counts the page views, product views and add-to-carts of a visitor and their dead letters, also after the
///     store was opened again, and nothing else.
///
/// A crash is not simulated, and a failing disk neither.
///
/// - Parameters:
///   - options: The limits of the store, and what it may leave out.
///   - seed: The seed of the random sequence.
///   - limit: The time limit of each call.
///   - clock: The clock that measures the time limit.
///   - open: A closure that opens the store of a directory. The directory is new and empty for each requirement, and is removed
///     afterward. The closure is called again for the same directory after the store was closed, and must return the same content.
/// - Throws: ``ConformanceFailure`` for the first requirement that is not met; the errors of the closure; `CancellationError` when
///   the task is cancelled.
public func checkStoreConformance(
    options: StoreConformanceOptions = StoreConformanceOptions(),
    seed: UInt64 = .random(in: .min ... .max),
    limit: Duration = .seconds(30),
    clock: some Clock<Duration> = ContinuousClock(),
    _ open: @escaping @Sendable (_ directory: String) async throws -> any EventStore
) async throws {
    let run = ConformanceRun(seed: seed, limit: limit, clock: clock)
    for (requirement, check) in StoreConformance.checks {
        try await withTemporaryDirectory { directory in
            let store = StoreProbe(run: run, store: try await open(directory)) { try await open(directory) }
            let conformance = StoreConformance(store: store, requirement: requirement, run: run, options: options)
            do {
                try await check(conformance)()
            } catch let error as EventStoreError {
                try? await store.close()
                throw run.failure(requirement, "No error.", "\(error)")
            } catch {
                try? await store.close()
                throw error
            }
            try await store.close()
        }
    }
}

/// The limits of a store under test, and what it may leave out.
public struct StoreConformanceOptions: Sendable, Hashable {
    /// The number of bytes of JSON after which the store must be full.
    ///
    /// Default: 1 MiB.
    public var maximumBytes = 1 << 20
    /// The number of dead letters after which the store must evict or refuse some.
    ///
    /// Default: 100.
    public var maximumDeadLetters = 100
    /// Whether the store knows orders after they were delivered, dropped or discarded.
    ///
    /// Default: `true`.
    public var keepsSettledOrders = true
    /// Whether the store can erase a visitor.
    ///
    /// Default: `true`.
    public var erasesVisitors = true

    /// Creates the default options.
    public init() {}
}

extension ConformanceRequirement {
    static let storeReads = Self(1, "A lane is read in the order of the commits, and the events are unchanged.")
    static let storeLanes = Self(2, "The lanes are apart.")
    static let storePositions = Self(3, "Positions are greater than 0, grow, and are never used twice.")
    static let storeEvicts = Self(4, "A full store evicts by priority, the oldest first, and counts what it evicts.")
    static let storeRefuses = Self(5, "A store that is full of orders throws `full` for more orders and evicts none.")
    static let storeAppends = Self(6, "An append commits all of its events or none.")
    static let storeSettles = Self(7, "A settlement has the effect of its outcomes, once, and no effect on other events.")
    static let storeLetters = Self(8, "Dead letters are returned unchanged with their reasons, the newest first.")
    static let storeLetterLimit = Self(9, "Dead letters beyond the limit are evicted by priority, and orders are refused.")
    static let storeSelects = Self(10, "Dead letters are selected by type, reason and date.")
    static let storeRequeues = Self(11, "Requeued dead letters are pending, unchanged, with new positions and no failures.")
    static let storeDiscards = Self(12, "Discarded dead letters are deleted and counted.")
    static let storeSummary = Self(13, "The summary equals a count of the content.")
    static let storeOrders = Self(14, "Orders are found by ID with their states, the newest entry first.")
    static let storeDurable = Self(15, "Everything that was committed is there after the store was opened again.")
    static let storeConcurrent = Self(16, "Calls from several tasks do not disturb each other.")
    static let storeCloses = Self(17, "Calls after `close()` throw `closed`, and what was committed before stays.")
    static let storeCancelled = Self(
        18,
        "A cancelled call that returns has its effect, and one that throws has all of it or none."
    )
    static let storeErrors = Self(19, "Errors are EventStoreError, without the content of an event.")
    static let storeEnds = Self(20, "A call ends within the time limit.")
    static let storeRandomRun = Self(21, "A random sequence of calls has the effect that it has on a model.")
    static let storeErases = Self(
        22,
        "An erasure deletes and counts a visitor's observations and their dead letters, and nothing else."
    )
}

/// The checks of one store.
struct StoreConformance: Sendable {
    static let checks: [(ConformanceRequirement, @Sendable (StoreConformance) -> @Sendable () async throws -> Void)] = [
        (.storeReads, { $0.readsInOrder }), (.storeLanes, { $0.keepsLanesApart }), (.storePositions, { $0.growsPositions }),
        (.storeEvicts, { $0.evictsByPriority }), (.storeRefuses, { $0.refusesOrders }), (.storeAppends, { $0.appendsWhole }),
        (.storeSettles, { $0.settles }), (.storeLetters, { $0.keepsLetters }), (.storeLetterLimit, { $0.boundsLetters }),
        (.storeSelects, { $0.selectsLetters }), (.storeRequeues, { $0.requeues }), (.storeDiscards, { $0.discards }),
        (.storeSummary, { $0.summarizes }), (.storeOrders, { $0.findsOrders }), (.storeDurable, { $0.survivesReopening }),
        (.storeConcurrent, { $0.runsConcurrently }), (.storeCloses, { $0.closes }),
        (.storeCancelled, { $0.survivesCancellation }), (.storeErases, { $0.erases }),
        (.storeRandomRun, { $0.survivesRandomRun }),
    ]

    let store: StoreProbe
    let requirement: ConformanceRequirement
    let run: ConformanceRun
    let options: StoreConformanceOptions

    func require(_ condition: Bool, _ expected: @autoclosure () -> String, _ seen: @autoclosure () -> String) throws {
        guard condition else { throw self.run.failure(self.requirement, expected(), seen()) }
    }

    /// Checks that two values are equal.
    func require<Value: Equatable>(_ seen: Value, is expected: Value, _ subject: @autoclosure () -> String) throws {
        try self.require(seen == expected, "\(subject()): \(expected).", "\(seen).")
    }

    /// Checks that pending events are those expected, in order; the failure shows their numbers.
    func require(_ seen: [EncodedEvent], are expected: [EncodedEvent], _ subject: @autoclosure () -> String) throws {
        guard seen != expected else { return }
        let isContent = seen.map(\.id) == expected.map(\.id)
        let text = isContent ? "The same events with other content." : "\(StoreEvents.list(seen))."
        throw self.run.failure(self.requirement, "\(subject()): \(StoreEvents.list(expected)).", text)
    }
}
