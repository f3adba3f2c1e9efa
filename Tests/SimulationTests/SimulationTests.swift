//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Foundation
import Testing

@testable import Tracify

/// Runs the real queue, writer, schedule and core under simulated time, with faults of every kind.
///
/// A night's run: `TRACIFY_SIMULATION_SEEDS=1000000 swift test -c release -Xswiftc -enable-testing --filter SimulationTests`. One seed
/// again: `TRACIFY_SIMULATION_SEED=42 swift test --filter SimulationTests`.
struct SimulationTests {
    private static let environment = ProcessInfo.processInfo.environment

    private static var seeds: Range<UInt64> {
        if let seed = Self.environment["TRACIFY_SIMULATION_SEED"].flatMap(UInt64.init) { return seed..<(seed + 1) }
        return 0..<(Self.environment["TRACIFY_SIMULATION_SEEDS"].flatMap(UInt64.init) ?? 100)
    }

    @Test func keepsItsPromisesUnderEveryFault() async throws {
        let seeds = Self.seeds
        let workers = seeds.count > 100 ? UInt64(max(1, ProcessInfo.processInfo.activeProcessorCount)) : 1
        let failures = try await withThrowingTaskGroup(of: [(UInt64, [String])].self) { group in
            for worker in 0..<workers {
                group.addTask {
                    var failures: [(UInt64, [String])] = []
                    for seed in seeds where seed % workers == worker && failures.count < 10 {
                        // Other tests of the process have their turn, too.
                        await Task.yield()
                        let complaints = try Simulation(seed: seed).run()
                        if !complaints.isEmpty { failures.append((seed, complaints)) }
                    }
                    return failures
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        for (seed, complaints) in failures.sorted(by: { $0.0 < $1.0 }) {
            Issue.record(
                """
                \(complaints.prefix(5).joined(separator: "; ")). Scenario: \(Scenario(seed: seed)). Replay: \
                TRACIFY_SIMULATION_SEED=\(seed) swift test --filter SimulationTests
                """
            )
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
