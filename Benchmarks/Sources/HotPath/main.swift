//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import BenchmarkSupport
import HTTPTypes
import Logging
import Tracify

// What a tracked request costs its server, and what the exporter then makes of it. Run in release mode:
//
//     swift run -c release --package-path Benchmarks HotPath

let count = 5000
let siteID = try CustomerSiteID("6b29fc40-ca47-1067-b31d-00dd010662da")

/// Takes everything and keeps nothing.
struct Nowhere: EventSink {
    func deliver(_ batch: EventBatch) async throws {}
}

// The warnings about trackers that do not run would hide the figures.
let logger = Logger(label: "benchmark", factory: { _ in SwiftLogNoOpLogHandler() })

func makeTracker(_ capture: CaptureConfiguration) throws -> Tracker {
    var configuration = Tracker.Configuration(customerSiteID: siteID)
    configuration.capture = capture
    configuration.queue.maximumEvents = count * 2
    configuration.queue.maximumBytes = 1 << 30
    return try Tracker(configuration: configuration, sink: Nowhere(), logger: logger)
}

var results: [Measurement] = []
// Few enough to stay in the processor's cache, where a server has a head that it has just read.
let requests = try Requests.make(100, visitors: 100)
let repeats = count / requests.count

// The tracker does not run, so this is the request's side alone: the queue takes what comes.
results.append(
    try Measurement.run("page view, visit made and enqueued", operations: count, prepare: { try makeTracker(.init()) }) {
        tracker in
        for _ in 0..<repeats {
            for (request, peer) in requests {
                let visit = tracker.visit(for: request, from: peer)
                tracker.requestCompleted(request, response: Requests.response, visit: visit)
            }
        }
    }
)

let image = HTTPResponse(status: .ok, headerFields: [.contentType: "image/webp"])
let requestsOfImages = try requests.enumerated()
    .map { index, pair in
        guard let destination = HTTPField.Name("Sec-Fetch-Dest") else { throw CancellationError() }
        var request = pair.0
        request.path = "/assets/shoes-\(index).webp?v=2"
        request.headerFields[destination] = "image"
        request.headerFields[.accept] = "image/avif,image/webp,*/*;q=0.8"
        return (request, pair.1)
    }
results.append(
    try Measurement.run("request for an image", operations: count, prepare: { try makeTracker(.init()) }) { tracker in
        for _ in 0..<repeats {
            for (request, peer) in requestsOfImages {
                let visit = tracker.visit(for: request, from: peer)
                tracker.requestCompleted(request, response: image, visit: visit)
            }
        }
    }
)

results.append(
    try Measurement.run("page view into a full queue", operations: count) {
        var configuration = Tracker.Configuration(customerSiteID: siteID)
        configuration.queue.maximumEvents = 100
        return try Tracker(configuration: configuration, sink: Nowhere(), logger: logger)
    } _: { tracker in
        for _ in 0..<repeats {
            for (request, peer) in requests {
                let visit = tracker.visit(for: request, from: peer)
                tracker.requestCompleted(request, response: Requests.response, visit: visit)
            }
        }
    }
)

var behindProxy = CaptureConfiguration()
behindProxy.trustedProxies = try TrustedProxies("203.0.113.0/24")
let proxied = try Requests.make(
    100,
    visitors: 100,
    adding: [("X-Forwarded-For", "198.51.100.7"), ("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "www.shop.example")]
)
var withConsent = CaptureConfiguration()
withConsent.consent = try .cookie(named: "consent", value: "yes")
let consenting = try Requests.make(100, visitors: 100, adding: [("Cookie", "cart=TEA-03.1; session=8f2a; consent=yes")])
var withSignals = CaptureConfiguration()
withSignals.consent = .privacySignals
for (name, capture, requests) in [
    ("page view, behind a trusted proxy", behindProxy, proxied), ("page view, consent by cookie", withConsent, consenting),
    ("page view, consent by signals", withSignals, requests),
] {
    results.append(
        try Measurement.run(name, operations: count, prepare: { try makeTracker(capture) }) { tracker in
            for _ in 0..<repeats {
                for (request, peer) in requests {
                    let visit = tracker.visit(for: request, from: peer)
                    tracker.requestCompleted(request, response: Requests.response, visit: visit)
                }
            }
        }
    )
}

results.append(
    Measurement.run("anonymize, 116 bytes", operations: 1000, prepare: { String(repeating: "x", count: 116) }) { text in
        for _ in 0..<1000 { _ = AnonymizedHash(hashing: text) }
    }
)

print(Measurement.header)
for result in results { print(result.line) }

// The exporter's side, through the whole of it: queue, parsing, hashing, encoding, batches, sink.
for visitors in [count, 100] {
    let requests = try Requests.make(count, visitors: visitors)
    var times: [Double] = []
    for _ in 0..<15 {
        let tracker = try makeTracker(.init())
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
// For CI: allocations are the same on every machine, times are not. Beside the two of a request, the queue grows a few times a round.
if CommandLine.arguments.contains("--check"), let allocations = results.map(\.allocations).prefix(3).max(), allocations > 2.05 {
    print("A tracked request allocates \(allocations) times; 2 is the limit.")
    throw CancellationError()
}
