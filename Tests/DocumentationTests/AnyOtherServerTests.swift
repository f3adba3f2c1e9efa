//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import HTTPTypes
import Logging
import ServiceLifecycle
import Testing
import Tracify

// sample begin
typealias Handler = @Sendable (HTTPRequest, _ remoteAddress: String) async throws -> HTTPResponse

func tracked(by observer: some RequestObserver, _ handler: @escaping Handler) -> Handler {
    { request, remoteAddress in
        let visit = observer.visit(for: request, from: PeerAddress(text: remoteAddress))
        do {
            let response = try await Visit.$current.withValue(visit) {
                try await handler(request, remoteAddress)
            }
            observer.requestCompleted(request, response: response, visit: visit)
            return response
        } catch {
            observer.requestCompleted(request, response: HTTPResponse(status: .internalServerError), visit: visit)
            throw error
        }
    }
}
// sample end

// sample begin
func head(_ method: String, _ target: String, _ lines: [(name: String, value: [UInt8])]) -> HTTPRequest? {
    guard let method = HTTPRequest.Method(method) else { return nil }
    var request = HTTPRequest(method: method, scheme: "http", authority: nil, path: target)
    for line in lines.prefix(1000) {
        guard let name = HTTPField.Name(line.name) else { continue }
        if name.canonicalName == "host" {
            // The head holds it in a property of its own.
            request.authority = String(decoding: line.value, as: UTF8.self)
        } else {
            request.headerFields.append(HTTPField(name: name, value: line.value))
        }
    }
    return request
}
// sample end

/// The adapter of the article "Any other server", for heads of text and bytes and handlers that are functions.
@Suite(.timeLimit(.minutes(15)))
struct AnyOtherServerTests {
    private func tracker(_ sink: InMemorySink) throws -> Tracker {
        var configuration = Tracker.Configuration(customerSiteID: try CustomerSiteID("6b29fc40-ca47-1067-b31d-00dd010662da"))
        // Enough on a busy machine, too.
        configuration.shutdown.gracefulDeadline = .seconds(60)
        return try Tracker(configuration: configuration, sink: sink)
    }

    private let page = HTTPResponse(status: .ok, headerFields: [.contentType: "text/html"])

    private func lines(_ lines: KeyValuePairs<String, String>) -> [(name: String, value: [UInt8])] {
        lines.map { ($0.key, [UInt8]($0.value.utf8)) }
    }

    /// Runs a tracker until `body` returns, and drains it.
    private func running(_ tracker: Tracker, _ body: () async throws -> Void) async throws {
        let group = ServiceGroup(services: [tracker], logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            try await body()
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    @Test func reportsPageViewsAndAddToCarts() async throws {
        let sink = InMemorySink()
        let tracker = try self.tracker(sink)
        let handler = tracked(by: tracker) { [page] _, _ in
            tracker.itemsAddedToCart([try LineItem(name: "Mug", amount: Amount("12.50"))])
            return page
        }
        let lines = self.lines(["host": "shop.example", "USER-AGENT": "Mozilla/5.0", "accept": "text/html", "no name": "x"])
        let request = try #require(head("GET", "/tea?utm_source=mail", lines))
        try await self.running(tracker) {
            let response = try await handler(request, "203.0.113.7")
            #expect(response.status == .ok)
        }
        #expect(Set(sink.events.map(\.type)) == [.pageView, .addToCart])
        for event in sink.events {
            #expect(event.url.text == "http://shop.example/tea")
            #expect(event.parameters.map(\.value) == ["mail"])
            #expect(event.identity.address == (AnonymizedHash(hashing: "203.0.113.7")))
            #expect(event.identity.userAgent == (AnonymizedHash(hashing: "Mozilla/5.0")))
        }
    }

    @Test func rethrowsAnErrorAndCountsItsStatus() async throws {
        struct SomeFailure: Error {}
        let sink = InMemorySink()
        let tracker = try self.tracker(sink)
        let handler = tracked(by: tracker) { _, _ in throw SomeFailure() }
        let request = try #require(head("GET", "/", self.lines(["Host": "shop.example"])))
        try await self.running(tracker) {
            await #expect(throws: SomeFailure.self) { try await handler(request, "203.0.113.7") }
        }
        #expect(sink.events.isEmpty)
        #expect(tracker.statistics.skipped(.status) == 1)
    }

    @Test func keepsAtMostAThousandFields() throws {
        let lines = (0..<70_000).map { (name: "h\($0)", value: [UInt8(ascii: "x")]) }
        #expect(try #require(head("GET", "/", lines)).headerFields.count == 1000)
    }

    @Test func returnsNoRequestForAnInvalidMethod() {
        #expect(head("G ET", "/", []) == nil)
        #expect(head("", "/", []) == nil)
    }
}
