//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if SQLite
import SimulatedDisk
import Tracify

@testable import TracifySQLite

/// What a store must hold after a power loss at a point of a recorded run.
struct RunExpectation: Sendable {
    private let run: RecordedRun
    /// For each step: the fingerprints of the disk from the beginning of the step to its end, as a crash of the process leaves it.
    private let fingerprints: [Set<UInt64>]
    /// For each step: the fingerprint at its end.
    private let results: [UInt64]

    init(of run: RecordedRun) {
        self.run = run
        let walk = LogWalk(of: run.disk, names: .directorySync)
        let image = SimulatedDisk(seed: 0)
        var results: [UInt64] = []
        self.fingerprints = run.steps.map { step in
            var last = results.last ?? 0
            var found: Set<UInt64> = [last]
            // Opening a store takes several transactions; all other calls take one.
            for point in step.name.hasSuffix("open") ? step.start...step.end : step.end...step.end {
                walk.move(to: point)
                walk.write(.keepAll, to: image)
                last = image.inspect(StoreOpening.path).fingerprint
                found.insert(last)
            }
            results.append(last)
            return found
        }
        self.results = results
    }

    /// Returns the highest position that the store had given before a point.
    func lastPosition(before point: Int) -> UInt64 {
        let next = self.stepUnderWay(at: point)
        return next > 0 ? self.run.steps[next - 1].lastPosition : 0
    }

    /// Returns what is wrong with an outcome.
    func problem(of outcome: PowerLossOutcome, at point: Int) -> String? {
        let next = self.stepUnderWay(at: point)
        let before = next > 0 ? self.run.steps[next - 1] : nil
        let during = next < self.run.steps.count && self.run.steps[next].start < point ? self.run.steps[next] : nil
        if let content = outcome.content {
            var orders = before?.orders ?? []
            if let during { orders.formIntersection(during.orders) }
            let lost = orders.subtracting(content.numbers)
            if !lost.isEmpty { return "acknowledged orders are lost: \(lost.sorted())" }
            if let problem = outcome.problem { return problem }
            let allowed = [before?.content ?? .empty, during?.content].compactMap { $0 }
            guard allowed.contains(content) else { return "other events than before or after the call" }
        }
        if let problem = outcome.problem { return problem }
        if outcome.newPosition > 0, outcome.newPosition <= (before?.lastPosition ?? 0) { return "a position is used twice" }
        let isBefore = outcome.fingerprint == (next > 0 ? self.results[next - 1] : 0)
        let isDuring = during != nil && self.fingerprints[next].contains(outcome.fingerprint)
        return isBefore || isDuring ? nil : "other rows than before or after the call"
    }

    /// Returns the place in the run, for a message.
    func place(of point: Int) -> String {
        let next = self.stepUnderWay(at: point)
        let name = next < self.run.steps.count ? self.run.steps[next].name : "the end"
        return "point \(point), call \(next) (\(name))"
    }

    /// Returns the index of the first step that had not returned.
    private func stepUnderWay(at point: Int) -> Int {
        var (low, high) = (0, self.run.steps.count)
        while low < high {
            let middle = (low + high) / 2
            if self.run.steps[middle].end <= point { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
#endif
