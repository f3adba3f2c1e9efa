//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Hummingbird && Configuration && TestKit
import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Testing
import Tracify
import TracifyTesting

/// The collector's page and its data, over real sockets.
@Suite(.timeLimit(.minutes(15)))
struct LivePageTests {
    /// Returns the first message of the stream that keeps the page up to date.
    static func firstMessage(of collector: Collector, _ client: HTTPClient) async throws -> String {
        let response = try await client.execute(HTTPClientRequest(url: collector.url + "/feed"), timeout: .seconds(60))
        var text = ""
        for try await part in response.body {
            text += String(buffer: part)
            if text.hasSuffix("\n\n") { break }
        }
        #expect(response.headers.first(name: "Content-Type") == "text/event-stream")
        #expect(text.hasPrefix("data: "))
        return String(text.dropFirst(6))
    }

    private func with(_ body: (Collector, HTTPClient) async throws -> Void) async throws {
        let client = HTTPClient(configuration: .init(redirectConfiguration: .disallow))
        do {
            try await withCollector { try await body($0, client) }
        } catch {
            try await client.shutdown()
            throw error
        }
        try await client.shutdown()
    }

    private func status(
        _ method: HTTPMethod = .GET,
        _ path: String,
        _ collector: Collector,
        _ client: HTTPClient,
        _ headers: [(String, String)] = [],
        body: String? = nil
    ) async throws -> Int {
        var request = HTTPClientRequest(url: collector.url + path)
        request.method = method
        request.headers = HTTPHeaders(headers)
        if let body { request.body = .bytes(ByteBuffer(string: body)) }
        let response = try await client.execute(request, timeout: .seconds(60))
        if path != "/feed" { _ = try await response.body.collect(upTo: 1 << 22) }
        return Int(response.status.code)
    }

    private func expect(
        _ expected: Int,
        _ method: HTTPMethod,
        _ path: String,
        _ collector: Collector,
        _ client: HTTPClient,
        _ headers: [(String, String)] = []
    ) async throws {
        let status = try await self.status(method, path, collector, client, headers)
        #expect(status == expected, "\(method) \(path) \(headers)")
    }

    /// A wrong endpoint or token is seen by a script, too, and on the page.
    @Test func showsRefusedRequests() async throws {
        var configuration = Collector.Configuration()
        configuration.token = "right-token"
        try await withCollector(configuration: configuration) { collector in
            let client = HTTPClient.shared
            let wrongPath = try await self.status(.POST, "/v1/events", collector, client, body: #"{"events":[]}"#)
            let wrongToken = try await self.status(.POST, "/api/v1/events", collector, client, body: #"{"events":[]}"#)
            #expect(wrongPath == 404)
            #expect(wrongToken == 401)
            let request = HTTPClientRequest(url: collector.url + "/events")
            let body = try await client.execute(request, timeout: .seconds(60)).body.collect(upTo: 1 << 20)
            #expect(
                String(buffer: body) == """
                    {"total":0,"rejected_requests":0,"refused_requests":2,\
                    "last_refusal":"status 401: the token is missing or not known","events":[],"deviations":[]}
                    """
            )
            let message = try await Self.firstMessage(of: collector, client)
            #expect(message.contains("there is no such path; the endpoint is POST /api/v1/events"))
            #expect(collector.requestCount == 1)
        }
    }

    private func expectPost(_ expected: Int, _ events: String, to collector: Collector, _ client: HTTPClient) async throws {
        let status = try await self.post(events, to: collector, client)
        #expect(status == expected)
    }

    private static let event = """
        {"url":"https://shop.example/","customer_site_id":"6b29fc40-ca47-1067-b31d-00dd010662da","identity_data":\
        {"b4e6a7c8d9e0f1d2c3b4a5e6f7e8d9c0b1a2d3e4f5d6c7e8a9b0c1d2e3f4d5c6":2,\
        "e7d6c5b4a3b2c1d0e9f8e7d6c5b4a3d2e1f0d9c8b7a6e5d4c3b2a1d0e9f8c7b6":3,\
        "a5b4c3d2e1f0e9d8c7b6a5d4c3b2e1d0c9b8a7d6e5f4c3b2a1d0e9f8c7b6a5d4":4},\
        "datetime":"2026-11-30 12:00:00","type":"pageview","data":{"origin":"https://shop.example"}}
        """

    private func post(_ events: String, to collector: Collector, _ client: HTTPClient) async throws -> Int {
        let headers = [("tracify-token", "t"), ("Content-Type", "application/json")]
        return try await self.status(.POST, "/api/v1/events", collector, client, headers, body: #"{"events":[\#(events)]}"#)
    }

    /// A foreign page that has let its own name resolve to this machine sends that name.
    @Test(arguments: ["/", "/events", "/feed"])
    func isOnlyForLocalNamesAndAddresses(_ path: String) async throws {
        try await self.with { collector, client in
            for host in ["localhost:8081", "shop.localhost", "127.0.0.1", "[::1]:8081", "192.0.2.7:8081"] {
                let status = try await self.status(.GET, path, collector, client, [("Host", host)])
                #expect(status == 200, "\(host)")
            }
            for host in ["rebound.example", "rebound.example:8081", "localhost.rebound.example", "", "127.0.0.1.rebound.example"]
            {
                let status = try await self.status(.GET, path, collector, client, [("Host", host)])
                #expect(status == 403, "\(host)")
            }
            let embedded = [("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "no-cors")]
            try await self.expect(403, .GET, path, collector, client, embedded)
            let link = [("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "navigate")]
            try await self.expect(200, .GET, path, collector, client, link)
        }
    }

    @Test func isAlsoForConfiguredNames() async throws {
        var configuration = Collector.Configuration()
        configuration.pageHosts = ["collector.internal"]
        let client = HTTPClient()
        try await withCollector(configuration: configuration) { collector in
            try await self.expect(200, .GET, "/events", collector, client, [("Host", "collector.internal:8081")])
            try await self.expect(403, .GET, "/events", collector, client, [("Host", "other.internal")])
        }
        try await client.shutdown()
    }

    @Test func feedBeginsWithEverything() async throws {
        try await self.with { collector, client in
            try await self.expectPost(200, "\(Self.event),\(Self.event)", to: collector, client)
            try await self.expectPost(200, #"{"type":"pageview"}"#, to: collector, client)
            let message = try await Self.firstMessage(of: collector, client)
            let json = try #require(try JSONSerialization.jsonObject(with: Data(message.utf8)) as? [String: Any])
            #expect(json["first"] as? Bool == true)
            #expect(json["total"] as? Int == 2)
            #expect(json["rejected"] as? Int == 1)
            #expect(json["counts"] as? [String: Int] == ["pageview": 2])
            #expect(json["health"] is NSNull)
            let events = try #require(json["events"] as? [[String: Any]])
            #expect(events.compactMap { $0["n"] as? Int } == [1, 2])
            #expect((events.first?["event"] as? [String: Any])?["url"] as? String == "https://shop.example/")
            let deliveries = try #require(json["deliveries"] as? [[String: Any]])
            #expect(deliveries.compactMap { $0["accepted"] as? Bool } == [true, false])
            let findings = try #require(deliveries.last?["findings"] as? [[String: Any]])
            #expect(
                findings.contains {
                    $0["event"] as? Int == 0 && $0["field"] as? String == "url" && $0["rule"] as? String == "is required"
                }
            )
        }
    }

    /// The list is longer than the buffers of a socket.
    @Test func sendsAWholeListBeforeItCloses() async throws {
        try await self.with { collector, client in
            let path = String(repeating: "a", count: 1900)
            let event = Self.event.replacing("https://shop.example/\"", with: "https://shop.example/\(path)\"")
            // In small requests: a debug build takes long to check a large one.
            let events = Array(repeating: event, count: 50).joined(separator: ",")
            for _ in 0..<44 { try await self.expectPost(200, events, to: collector, client) }
            var request = HTTPClientRequest(url: collector.url + "/events")
            request.headers = ["Connection": "close"]
            let response = try await client.execute(request, timeout: .seconds(600))
            var length = 0
            for try await part in response.body { length += part.readableBytes }
            #expect(String(length) == response.headers.first(name: "Content-Length"))
            #expect(length > 5_000_000)
        }
    }

    @Test func faultsAreOnlyForThePageItself() async throws {
        try await self.with { collector, client in
            try await self.expect(403, .POST, "/faults?unavailable&always", collector, client, [("Content-Type", "text/plain")])
            try await self.expectPost(200, Self.event, to: collector, client)
            let ofPage = [("X-Tracify-Collector", "1")]
            try await self.expect(400, .POST, "/faults?nonsense", collector, client, ofPage)
            try await self.expect(204, .POST, "/faults?too_large", collector, client, ofPage)
            try await self.expect(204, .POST, "/faults?unavailable&always", collector, client, ofPage)
            var statuses: [Int] = []
            for _ in 0..<3 { statuses.append(try await self.post(Self.event, to: collector, client)) }
            #expect(statuses == [413, 503, 503])
            try await self.expect(204, .POST, "/faults?none", collector, client, ofPage)
            try await self.expectPost(200, Self.event, to: collector, client)
            #expect(collector.events.count == 2)
        }
    }

    /// An open page costs some work each quarter of a second.
    @Test func boundsOpenPages() async throws {
        try await self.with { collector, _ in
            var configuration = HTTPClient.Configuration()
            configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 64
            let client = HTTPClient(configuration: configuration)
            var open: [HTTPClientResponse] = []
            for _ in 0..<32 {
                let response = try await client.execute(HTTPClientRequest(url: collector.url + "/feed"), timeout: .seconds(60))
                #expect(response.status == .ok)
                open.append(response)
            }
            let next = try await client.execute(HTTPClientRequest(url: collector.url + "/feed"), timeout: .seconds(60))
            #expect(next.status == .serviceUnavailable)
            withExtendedLifetime(open) {}
            try await client.shutdown()
        }
    }

    @Test func unknownRoutesAndMethodsAreRefused() async throws {
        try await self.with { collector, client in
            try await self.expect(404, .GET, "/unknown", collector, client)
            try await self.expect(405, .POST, "/", collector, client)
            try await self.expect(405, .GET, "/faults?none", collector, client)
            try await self.expect(405, .GET, "/api/v1/events", collector, client)
        }
    }
}
#endif
