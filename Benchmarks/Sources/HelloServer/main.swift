//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import BenchmarkSupport
import Foundation
import Hummingbird
import Logging
import Tracify
import TracifyHTTP
import TracifyHummingbird

// A server with one small page, to measure what a middleware costs it. It prints its port, and ends with its standard input.
//
//     HelloServer bare|queued|tracked|delivered|metrics
//
//     queued      every request is tracked, up to the queue, which nothing empties: what a request's task does
//     tracked     every request is tracked, into a sink that does nothing
//     delivered   every request is tracked and delivered to the port SINK of the environment
//     metrics     Hummingbird's own middleware for metrics, for comparison

let mode = CommandLine.arguments.dropFirst().first ?? ""
let silent = Logger(label: "hello", factory: { _ in SwiftLogNoOpLogHandler() })
let page = ByteBuffer(string: "<!doctype html><title>Shoes</title><h1>Shoes</h1>")

let router = Router(context: TracifyRequestContext.self)
var tracker: Tracker?
switch mode {
case "bare":
    break
case "metrics":
    router.add(middleware: MetricsMiddleware())
case "queued", "tracked", "delivered":
    let configuration = Tracker.Configuration(customerSiteID: try CustomerSiteID("6b29fc40-ca47-1067-b31d-00dd010662da"))
    if mode != "delivered" {
        tracker = try Tracker(configuration: configuration, sink: Nowhere(), logger: silent)
    } else {
        var settings = HTTPSink.Configuration(token: try APIToken("benchmark"))
        settings.endpoint = try Endpoint("http://127.0.0.1:\(ProcessInfo.processInfo.environment["SINK"] ?? "9")/events")
        tracker = try Tracker(configuration: configuration, sink: try HTTPSink(configuration: settings), logger: silent)
    }
    if let tracker { router.add(middleware: TracifyMiddleware(tracker)) }
default:
    throw Failure("HelloServer bare|queued|tracked|delivered|metrics")
}
router.get("products/:id") { _, _ in
    Response(
        status: .ok,
        headers: [.contentType: "text/html; charset=utf-8"],
        body: ResponseBody(byteBuffer: page)
    )
}

var application = Application(
    router: router,
    configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
    onServerRunning: { channel in
        // Not `print`, whose output would wait in a buffer.
        FileHandle.standardOutput.write(Data("\(channel.localAddress?.port ?? 0)\n".utf8))
    },
    logger: silent
)
if let tracker, mode != "queued" { application.addServices(tracker) }

Task.detached { [application] in
    try await application.runService(gracefulShutdownSignals: [])
}
// The main thread is blocked, as the end of a thread that waits for tasks is more than some tools can follow.
while readLine() != nil {}
if let statistics = tracker?.statistics { print(statistics) }
