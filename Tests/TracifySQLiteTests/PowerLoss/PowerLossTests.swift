//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if SQLite && os(Linux)  // SQLite takes the name of a file system from a path only where it was built to.
import Foundation
import SimulatedDisk
import Testing
import Tracify

@testable import TracifySQLite

@Suite
struct PowerLossTests {
    /// The number of seeds of a long run, for example 50 in a night.
    static let longRun = ProcessInfo.processInfo.environment["TRACIFY_POWER_LOSS_SEEDS"].flatMap { UInt64($0) }

    @Test(arguments: 1...(longRun ?? 1))
    func losesNothingThatWasAcknowledged(seed: UInt64) async throws {
        let disk = SimulatedDisk(seed: seed)
        let run = try await RunRecorder.record(seed: seed, calls: 250, on: disk)
        #expect(run.evictions > 0, "the store was never full")
        var enumeration = PowerLossEnumeration(of: run)
        if PowerLossTests.longRun == nil { enumeration.step = 31 }
        enumeration.maximumFailures = 50
        let report = await enumeration.report()
        // A frame header that is torn at a sector boundary can look like that of a lost commit, in one of 100,000 states. Nothing
        // is lost then, but the store says so.
        let failures = report.failures.filter { !($0.contains("write-ahead log was damaged") && $0.contains("keepSectors")) }
        #expect(failures == [])
        print("Power loss: \(report.states) states of \(disk.logLength) operations, of which \(report.opened) differ")
    }

    @Test(arguments: 1...(longRun ?? 1))
    func losesNothingInASecondPowerLossDuringTheRecovery(seed: UInt64) async throws {
        let disk = SimulatedDisk(seed: seed)
        let run = try await RunRecorder.record(seed: 100 + seed, calls: 120, on: disk)
        var enumeration = PowerLossEnumeration(of: run)
        enumeration.step = PowerLossTests.longRun == nil ? 499 : 20
        enumeration.recoveryInterval = 4
        enumeration.maximumFailures = .max
        let report = await enumeration.report()
        #expect(report.failures == [])
        print("Power loss: \(report.recoveries) states after a second one")
    }

    @Test(arguments: [SynchronizationFault.normal, .droppedSyncs])
    func findsLostOrdersWithoutASyncForEachCommit(fault: SynchronizationFault) async throws {
        let opening = StoreOpening(synchronization: fault == .normal ? .normal : .full)
        let disk = SimulatedDisk(seed: 1)
        // As `PRAGMA synchronous = OFF`.
        disk.dropSyncs(fault == .droppedSyncs)
        let run = try await RunRecorder.record(seed: 1, calls: 30, on: disk, opening: opening)
        var enumeration = PowerLossEnumeration(of: run, opening: opening)
        enumeration.step = 11
        enumeration.maximumFailures = 4
        let report = await enumeration.report()
        #expect(report.failures.contains { $0.hasPrefix("acknowledged orders are lost") })
    }

    enum SynchronizationFault: Sendable {
        case normal, droppedSyncs
    }

    @Test func theSameSeedMakesTheSameRun() async throws {
        var kinds: [[SimulatedDisk.Operation?]] = []
        for _ in 0..<2 {
            let disk = SimulatedDisk(seed: 7)
            _ = try await RunRecorder.record(seed: 7, calls: 60, on: disk)
            kinds.append((0..<disk.logLength).map { disk.operation(at: $0) })
        }
        #expect(kinds[0] == kinds[1])
    }
}
#endif
