//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Foundation
import Synchronization
import Testing

@testable import Tracify

/// Runs the real queue, writer, schedule and core under simulated time, with faults of every kind.
///
/// A night's run: `SEEDS=1000000 .ci/simulate`. One seed again: `TRACIFY_SIMULATION_SEED=42 swift test --filter SimulationTests`. With
/// `TRACIFY_SIMULATION_STOP=1` the first complaint ends the run.
struct SimulationTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let replay = Self.environment["TRACIFY_SIMULATION_SEED"].flatMap(UInt64.init)
    private static let maximumFailures = Self.environment["TRACIFY_SIMULATION_STOP"] == "1" ? 1 : 10

    private static var seeds: Range<UInt64> {
        if let replay { return replay..<(replay + 1) }
        return 0..<(Self.environment["TRACIFY_SIMULATION_SEEDS"].flatMap(UInt64.init) ?? 30)
    }

    /// The seeds that are not run yet, and the complaints about the others.
    private final class Progress: Sendable {
        private let state: Mutex<(next: UInt64, failures: [(seed: UInt64, complaints: [String])])>
        private let shares = Mutex<(all: Share, sqlite: Share)>((Share(), Share()))
        private let seeds: Range<UInt64>

        init(_ seeds: Range<UInt64>) {
            self.seeds = seeds
            self.state = Mutex((seeds.lowerBound, []))
        }

        /// A number of seeds, and the time that they took.
        private struct Share {
            var seeds = 0
            var time = Duration.zero
        }

        /// The share of the real store, in percent.
        var sqliteShare: String {
            let (all, sqlite) = self.shares.withLock { $0 }
            let time = sqlite.time / max(.nanoseconds(1), all.time)
            return "with SQLite \(sqlite.seeds) seeds, \(Int((100 * time).rounded())) % of the time"
        }

        func add(_ time: Duration, hasSQLite: Bool) {
            self.shares.withLock { shares in
                shares.all.seeds += 1
                shares.all.time += time
                guard hasSQLite else { return }
                shares.sqlite.seeds += 1
                shares.sqlite.time += time
            }
        }

        var count: UInt64 { self.state.withLock { $0.next } - self.seeds.lowerBound }
        var failures: [(seed: UInt64, complaints: [String])] { self.state.withLock { $0.failures }.sorted { $0.seed < $1.seed } }

        /// Returns the next seed; `nil` after the last one, or when there are enough complaints.
        func next() -> UInt64? {
            self.state.withLock { state in
                guard state.next < self.seeds.upperBound, state.failures.count < SimulationTests.maximumFailures else {
                    return nil
                }
                defer { state.next += 1 }
                return state.next
            }
        }

        func add(_ complaints: [String], of seed: UInt64) {
            self.state.withLock { $0.failures.append((seed, complaints)) }
        }
    }

    @Test func keepsItsPromisesUnderEveryFault() async throws {
        let progress = Progress(Self.seeds)
        let duration = try await ContinuousClock()
            .measure {
                try await withThrowingDiscardingTaskGroup { group in
                    // The few seeds that run with all tests leave the others a processor.
                    for _ in 0..<(Self.seeds.count > 100 ? ProcessInfo.processInfo.activeProcessorCount : 1) {
                        group.addTask { try await Self.run(progress) }
                    }
                }
            }
        let speed = Double(progress.count) / max(0.001, duration / .seconds(1))
        let failures = progress.failures.count
        print("\(progress.count) seeds, \(Int(speed)) a second, \(failures) with complaints; \(progress.sqliteShare)")
        for (seed, complaints) in progress.failures {
            Issue.record(
                """
                \(complaints.prefix(5).joined(separator: "; ")). Scenario: \(Scenario(seed: seed)). Replay: \
                TRACIFY_SIMULATION_SEED=\(seed) swift test --filter SimulationTests
                """
            )
        }
    }

    private static func run(_ progress: Progress) async throws {
        while let seed = progress.next() {
            // Other tests of the process have their turn, too.
            await Task.yield()
            let simulation = try Simulation(seed: seed)
            let start = ContinuousClock.now
            let complaints = try simulation.run()
            progress.add(ContinuousClock.now - start, hasSQLite: simulation.store.isReal)
            if !complaints.isEmpty { progress.add(complaints, of: seed) }
        }
    }

    @Test func sameSeedGivesTheSameRun() async throws {
        for seed in UInt64(0)..<20 {
            await Task.yield()
            let (first, second) = (try Simulation(seed: seed), try Simulation(seed: seed))
            _ = try first.run()
            _ = try second.run()
            #expect(first.trace == second.trace)
            #expect(first.steps == second.steps)
        }
    }
}
