//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import BenchmarkSupport
import Logging
import Tracify

// What a tracked request costs its server, and what the exporter then makes of it. Run in release mode:
//
//     swift run -c release --package-path Benchmarks HotPath
//
//   --check              fails if a request allocates more than it should; for CI
//   SCENARIO ROUNDS      only observes a scenario's 100 requests, in so many rounds; for a tool that counts instructions

let count = 5000
let siteID = try CustomerSiteID("6b29fc40-ca47-1067-b31d-00dd010662da")

/// Takes everything and keeps nothing.
struct Nowhere: EventSink {
    func deliver(_ batch: EventBatch) async throws {}
}

// The warnings about trackers that do not run would hide the figures.
let logger = Logger(label: "benchmark", factory: { _ in SwiftLogNoOpLogHandler() })

let scenarios = try Scenario.all()
if CommandLine.arguments.count == 3, let rounds = Int(CommandLine.arguments[2]),
    let scenario = scenarios.first(where: { $0.id == CommandLine.arguments[1] })
{
    let tracker = try scenario.makeTracker()
    scenario.run(tracker, rounds: rounds)
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
    print(Measurement.header)
    for result in requests + [hash] { print(result.line) }
    for visitors in [count, 100] { try await measureExporter(visitors: visitors) }

    // For CI: allocations are the same on every machine, times are not. Beside the two of a request, the queue grows a few times a round.
    if CommandLine.arguments.contains("--check"), let allocations = requests.map(\.allocations).max(), allocations > 2.05 {
        print("A tracked request allocates \(allocations) times; 2 is the limit.")
        throw CancellationError()
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
        guard tracker.statistics.delivered() == count else { throw CancellationError() }
        times.append(time / .nanoseconds(1) / Double(count))
    }
    times.sort()
    print(
        "exporter, \(count) page views of \(visitors) visitors: median \(Int(times[7])) ns an event (\(Int(times[0]))–\(Int(times[14])))"
    )
}
