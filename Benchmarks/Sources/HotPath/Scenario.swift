//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import BenchmarkSupport
import HTTPTypes
import Logging
import Tracify

/// A kind of request, and the tracker that sees it.
struct Scenario {
    let id: String
    let name: String
    /// The number of allocations of a request.
    private(set) var allocations = 1
    private var capture = CaptureConfiguration()
    private var queueCapacity = 100_000
    /// Few enough to stay in the processor's cache, where a server has a head that it has just read.
    private var requests: [(request: HTTPRequest, peer: PeerAddress)]
    private var response = Requests.response

    private init(_ id: String, _ name: String, adding fields: [(String, String)] = []) throws {
        self.id = id
        self.name = name
        self.requests = try Requests.make(100, visitors: 100, adding: fields)
    }

    static func all() throws -> [Scenario] {
        let page = try Scenario("page", "page view, visit made and enqueued")

        var image = try Scenario("image", "request for an image")
        image.allocations = 0
        image.response = HTTPResponse(status: .ok, headerFields: [.contentType: "image/webp"])
        guard let destination = HTTPField.Name("Sec-Fetch-Dest") else { throw CancellationError() }
        for index in image.requests.indices {
            image.requests[index].request.path = "/assets/shoes-\(index).webp?v=2"
            image.requests[index].request.headerFields[destination] = "image"
            image.requests[index].request.headerFields[.accept] = "image/avif,image/webp,*/*;q=0.8"
        }

        var full = try Scenario("full", "page view into a full queue")
        full.queueCapacity = 100

        var proxy = try Scenario(
            "proxy",
            "page view, behind a trusted proxy",
            adding: [
                ("X-Forwarded-For", "198.51.100.7"), ("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "www.shop.example"),
            ]
        )
        proxy.capture.trustedProxies = try TrustedProxies("203.0.113.0/24")

        var cookie = try Scenario(
            "cookie",
            "page view, consent by cookie",
            adding: [("Cookie", "cart=TEA-03.1; session=8f2a; consent=yes")]
        )
        cookie.capture.consent = try .cookie(named: "consent", value: "yes")

        var signals = try Scenario("signals", "page view, consent by signals")
        signals.capture.consent = .privacySignals
        return [page, image, full, proxy, cookie, signals]
    }

    /// Returns a tracker that does not run, so what is measured is the request's side alone: the queue takes what comes.
    func makeTracker() throws -> Tracker {
        var configuration = Tracker.Configuration(customerSiteID: siteID)
        configuration.capture = self.capture
        configuration.queue.maximumEvents = self.queueCapacity
        configuration.queue.maximumBytes = 1 << 30
        // Enough for a tool that counts instructions.
        configuration.shutdown.cancellationDeadline = .seconds(3600)
        return try Tracker(configuration: configuration, sink: Nowhere(), logger: logger)
    }

    /// Observes each request once in each round.
    func run(_ observer: some RequestObserver, rounds: Int) {
        for _ in 0..<rounds {
            for (request, peer) in self.requests {
                let visit = observer.visit(for: request, from: peer)
                observer.requestCompleted(request, response: self.response, visit: visit)
            }
        }
    }

    /// Measures an observer that does nothing.
    func measureBaseline(operations: Int) -> Measurement {
        Measurement.run(
            "an observer that does nothing",
            operations: operations,
            prepare: { NoObserver(self.requests[0].request) },
            { self.run($0, rounds: operations / self.requests.count) }
        )
    }

    func measure(operations: Int) throws -> Measurement {
        try Measurement.run(self.name, operations: operations, prepare: self.makeTracker) { tracker in
            self.run(tracker, rounds: operations / self.requests.count)
        }
    }
}

/// What a server pays for an observer at all: the calls, and no more.
struct NoObserver: RequestObserver {
    private let visit: Visit

    init(_ request: HTTPRequest) { self.visit = Visit(request, from: .unknown) }

    // Not inlined, as nothing would be left of them.
    @inline(never)
    func visit(for request: HTTPRequest, from peer: PeerAddress) -> Visit { self.visit }

    @inline(never)
    func requestCompleted(_ request: HTTPRequest, response: HTTPResponse, visit: consuming Visit) {}
}
