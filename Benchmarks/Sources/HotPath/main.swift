//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import BenchmarkSupport
import Dispatch
import Logging
import Tracify

// What a tracked request costs its server, and what the exporter then makes of it. Run in release mode:
//
//     swift run -c release --package-path Benchmarks HotPath
//
//   --check              fails if a request allocates more than it should; for CI
//   SCENARIO ROUNDS      only observes a scenario's 100 requests, in so many rounds; for a tool that counts instructions
//   exporter ROUNDS      the same for page views, which are then exported

let count = 5000
nonisolated(unsafe) var copied = 0  // Only the main task changes it.
let siteID = try CustomerSiteID("6b29fc40-ca47-1067-b31d-00dd010662da")

// The warnings about trackers that do not run would hide the figures.
let logger = Logger(label: "benchmark", factory: { _ in SwiftLogNoOpLogHandler() })

let scenarios = try Scenario.all()
if CommandLine.arguments.count == 3, let rounds = Int(CommandLine.arguments[2]) {
    let id = CommandLine.arguments[1]
    guard let scenario = id == "exporter" ? scenarios.first : scenarios.first(where: { $0.id == id }) else {
        throw Failure("There is no scenario \(id).")
    }
    let tracker = try scenario.makeTracker()
    scenario.run(tracker, rounds: rounds)
    if id == "exporter" { export(tracker) }
    // The tracker lives on, so that the end of what it holds is not counted.
    _ = Unmanaged.passRetained(tracker)
} else {
    try await measure()
}

func measure() async throws {
    let requests = try scenarios.map { try $0.measure(operations: count) }
    let hash = Measurement.run(
        "anonymize, 116 bytes",
        operations: 1000,
        prepare: { String(repeating: "x", count: 116) },
        anonymize
    )
    // The bytes of a request that a page view keeps.
    let copy = Measurement.run(
        "memcpy of 500 bytes",
        operations: count,
        prepare: { [UInt8](repeating: 1, count: 500) },
        { bytes in
            for _ in 0..<count { copied += bytes.withUnsafeBytes { copyBytes($0) } }
        }
    )
    let nothing = scenarios[0].measureBaseline(operations: count)
    print(Measurement.header)
    for result in requests + [nothing, copy, hash] { print(result.line) }
    for visitors in [count, 100] { try await measureExporter(visitors: visitors) }

    // For CI: allocations are the same on every machine, times are not. Beside those of a request, the queue grows a few times a round.
    guard CommandLine.arguments.contains("--check") else { return }
    for (scenario, result) in zip(scenarios, requests) where result.allocations > Double(scenario.allocations) + 0.05 {
        throw Failure("\(scenario.name): allocates \(result.allocations) times; \(scenario.allocations) is the limit.")
    }
}

/// Exports what a tracker has observed, and returns when that is done.
///
/// The main thread is blocked, as the end of a thread that waits for tasks is more than some tools can follow.
func export(_ tracker: Tracker) {
    let isDone = DispatchSemaphore(value: 0)
    Task.detached {
        let task = Task { try await tracker.run() }
        task.cancel()
        try? await task.value
        isDone.signal()
    }
    isDone.wait()
}

/// Copies bytes, and returns one of them, so that the copy cannot be left out.
@inline(never)
func copyBytes(_ bytes: UnsafeRawBufferPointer) -> Int {
    withUnsafeTemporaryAllocation(byteCount: bytes.count, alignment: 8) { room in
        room.copyMemory(from: bytes)
        return Int(room[bytes.count / 2])
    }
}

func anonymize(_ text: String) {
    for _ in 0..<1000 { _ = AnonymizedHash(hashing: text) }
}

/// Measures the exporter's side, through the whole of it: queue, parsing, hashing, encoding, batches, sink.
func measureExporter(visitors: Int) async throws {
    let requests = try Requests.make(count, visitors: visitors)
    var times: [Double] = []
    for _ in 0..<15 {
        let tracker = try scenarios[0].makeTracker()
        for (request, peer) in requests {
            tracker.requestCompleted(request, response: Requests.response, visit: tracker.visit(for: request, from: peer))
        }
        let task = Task { try await tracker.run() }
        let time = try await ContinuousClock()
            .measure {
                task.cancel()
                try await task.value
            }
        guard tracker.statistics.delivered() == count else { throw Failure("Not all events were delivered.") }
        times.append(time / .nanoseconds(1) / Double(count))
    }
    times.sort()
    print(
        "exporter, \(count) page views of \(visitors) visitors: median \(Int(times[7])) ns an event (\(Int(times[0]))–\(Int(times[14])))"
    )
}
