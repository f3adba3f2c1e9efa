//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if SQLite
import Testing

/// The simulator's runs with the real store.
struct SQLiteSimulationTests {
    /// The first seeds with a store that crash, or whose store fails besides.
    private static func seeds(_ count: Int, failing: Scenario.StoreFault.Kind? = nil) -> [UInt64] {
        let seeds = (UInt64(0)..<10_000).lazy
            .filter { seed in
                let scenario = Scenario(seed: seed)
                guard scenario.hasStore, scenario.endings.contains(where: { $0.ending == .crash }) else { return false }
                return failing.map { kind in scenario.storeFaults.contains { $0.kind == kind } } ?? true
            }
        return Array(seeds.prefix(count))
    }

    // Without syncs, files are damaged and salvaged.
    @Test(arguments: [SQLiteBackedStore.Durability.full, .droppedSyncs])
    func sameSeedGivesTheSameRun(durability: SQLiteBackedStore.Durability) async throws {
        for seed in Self.seeds(4) {
            await Task.yield()
            let runs = try (0..<2)
                .map { _ in
                    let store = try SQLiteBackedStore(scenario: Scenario(seed: seed), seed: seed, durability: durability)
                    let simulation = try Simulation(seed: seed, store: store)
                    let complaints = try simulation.run()
                    return (simulation.trace, simulation.steps, store.trace, store.counts, Set(complaints))
                }
            #expect(runs[0] == runs[1])
        }
    }

    /// Twenty seeds with a crash are enough.
    @Test(arguments: [SQLiteBackedStore.Durability.droppedSyncs, .normalSynchronization])
    func findsOrdersThatAreLostWithoutASyncForEachCommit(durability: SQLiteBackedStore.Durability) async throws {
        for seed in Self.seeds(20) {
            await Task.yield()
            let store = try SQLiteBackedStore(scenario: Scenario(seed: seed), seed: seed, durability: durability)
            let complaints = try Simulation(seed: seed, store: store).run()
            if complaints.contains(where: { $0.hasPrefix("order ") && $0.hasSuffix(" was committed and is lost") }) { return }
        }
        Issue.record("no order was lost")
    }

    /// Without these, a quiet run would prove nothing.
    @Test func disksFailAndCallsAreCutOff() async throws {
        var counts: [String: Int] = [:]
        for seed in Self.seeds(20, failing: .everythingFails) {
            await Task.yield()
            let store = try SQLiteBackedStore(scenario: Scenario(seed: seed), seed: seed)
            _ = try Simulation(seed: seed, store: store).run()
            counts.merge(store.counts, uniquingKeysWith: +)
        }
        for name in ["cut off", "evicted", "append failed", "read failed", "settle failed", "newer schema", "older schema"] {
            #expect(counts[name, default: 0] > 0, "\(name) in \(counts)")
        }
    }
}
#endif
