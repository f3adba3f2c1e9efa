//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if SQLite
import Foundation
import SimulatedDisk
import Tracify

@testable import TracifySQLite

/// Tries the states in which a power loss may leave a recorded run, at many points of its log.
///
/// In each state the store is opened. It must hold exactly what it held after the last call that had returned, or after the call
/// that was under way: nothing acknowledged is lost, nothing settled is there again, and no call is applied in part.
struct PowerLossEnumeration: Sendable {
    /// What was tried, and what was found.
    struct Report: Sendable {
        /// The number of states, those with the same content included.
        var states = 0
        /// The number of states in which the store was opened.
        var opened = 0
        /// The number of states after a second power loss, during or after the recovery.
        var recoveries = 0
        var failures: [String] = []

        static func += (left: inout Report, right: Report) {
            left.states += right.states
            left.opened += right.opened
            left.recoveries += right.recoveries
            left.failures += right.failures
        }
    }

    let run: RecordedRun
    let opening: StoreOpening
    /// The distance of the points.
    var step = 1
    /// The number of sampled subsets at each point.
    var samples = 3
    /// The store reads all events in one of this number of opened states.
    var readInterval = 16
    /// A second power loss is enumerated for one of this number of opened states, of which each has hundreds.
    var recoveryInterval = Int.max
    /// The number of failures after which the enumeration ends.
    var maximumFailures = 5

    private let expectation: RunExpectation

    init(of run: RecordedRun, opening: StoreOpening = StoreOpening()) {
        self.run = run
        self.opening = opening
        self.expectation = RunExpectation(of: run)
    }

    /// Tries the states, with one task for each processor.
    func report() async -> Report {
        let points = Array(stride(from: 0, through: self.run.disk.logLength, by: self.step))
        let tasks = max(1, ProcessInfo.processInfo.activeProcessorCount)
        return await withTaskGroup(of: Report.self) { group in
            // Consecutive points, because a walk moves forward, and equal states are near each other.
            let length = max(1, (points.count + tasks - 1) / tasks)
            for start in stride(from: 0, to: points.count, by: length) {
                group.addTask { await self.report(points[start..<min(points.count, start + length)]) }
            }
            return await group.reduce(into: Report()) { $0 += $1 }
        }
    }

    private func report(_ points: ArraySlice<Int>) async -> Report {
        let walks = SimulatedDisk.NameRule.allCases.map { LogWalk(of: self.run.disk, names: $0) }
        let image = SimulatedDisk(seed: 0)
        var report = Report()
        var cache: [UInt64: PowerLossOutcome] = [:]
        for point in points {
            for walk in walks { walk.move(to: point) }
            for loss in self.losses(at: point) {
                // The rules differ at few points.
                var keys: Set<UInt64> = []
                for walk in walks where keys.insert(walk.key(loss)).inserted {
                    let state = State(walk: walk, loss: loss, point: point, image: image)
                    await self.check(state, &cache, &report)
                    if report.failures.count >= self.maximumFailures { return report }
                }
            }
        }
        return report
    }

    private func check(_ state: State, _ cache: inout [UInt64: PowerLossOutcome], _ report: inout Report) async {
        report.states += 1
        let key = state.walk.key(state.loss)
        var outcome: PowerLossOutcome
        if let cached = cache[key] {
            outcome = cached
        } else {
            report.opened += 1
            outcome = await self.outcome(of: state, reads: report.opened.isMultiple(of: self.readInterval))
            // Only states near each other are equal.
            if cache.count > 500 { cache = [:] }
            cache[key] = outcome
            if report.opened.isMultiple(of: self.recoveryInterval), outcome.problem == nil {
                await self.recover(from: state, into: &report)
            }
        }
        guard self.expectation.problem(of: outcome, at: state.point) != nil else { return }
        // Again, to say what exactly is lost.
        outcome = await self.outcome(of: state, reads: true)
        let problem = self.expectation.problem(of: outcome, at: state.point) ?? "a problem that does not repeat"
        report.failures.append("\(problem); \(self.expectation.place(of: state.point)), \(state.loss)")
    }

    /// One state of the disk.
    private struct State {
        let walk: LogWalk
        let loss: PowerLoss
        let point: Int
        /// A disk for copies of the state.
        let image: SimulatedDisk
    }

    private func outcome(of state: State, reads: Bool) async -> PowerLossOutcome {
        let position = self.expectation.lastPosition(before: state.point)
        return await PowerLossOutcome(
            of: state.walk,
            state.loss,
            image: state.image,
            after: position,
            reads: reads,
            opening: self.opening
        )
    }

    private func losses(at point: Int) -> [PowerLoss] {
        let seed = UInt64(point) &* 1_000_003
        let subsets = (0..<UInt64(self.samples)).map { PowerLoss.keepSome(seed: seed &+ $0) }
        let tears = [PowerLoss.tearLast(seed: seed), .tearLast(seed: seed &+ 1), .keepSectors(seed: seed)]
        return [.loseAll, .keepAll] + subsets + tears
    }

    /// Opens the store in a state, appends, closes the store, and tries a second power loss at each point of that.
    private func recover(from state: State, into report: inout Report) async {
        let first = SimulatedDisk(seed: state.loss.seed)
        state.walk.write(state.loss, to: first, records: true)
        // An error is in the outcome of the state.
        guard let end = try? await PowerLossOutcome.reopen(first, opening: self.opening) else { return }
        let walk = LogWalk(of: first, names: .directorySync)
        // What a crash of the process would leave.
        var allowed: Set<UInt64> = []
        for point in 0...first.logLength {
            walk.move(to: point)
            walk.write(.keepAll, to: state.image)
            let fingerprint = state.image.inspect(StoreOpening.path).fingerprint
            if point == end { allowed = [] }
            allowed.insert(fingerprint)
            for loss in [PowerLoss.loseAll, .keepSome(seed: UInt64(point)), .tearLast(seed: UInt64(point))] {
                let second = State(walk: walk, loss: loss, point: state.point, image: state.image)
                let again = await self.outcome(of: second, reads: false)
                report.recoveries += 1
                guard again.problem != nil || !allowed.contains(again.fingerprint) else { continue }
                report.failures.append(
                    """
                    \(again.problem ?? "other rows") after a second power loss at \(point), \(loss); \
                    \(self.expectation.place(of: state.point)), \(state.loss)
                    """
                )
                return
            }
        }
    }
}
#endif
