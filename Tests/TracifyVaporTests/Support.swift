//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Vapor
import AsyncHTTPClient
import HTTPTypes
import NIOCore
import NIOHTTP1
import Synchronization
import Testing
import Tracify
import Vapor

/// Runs an application on a socket while `visit` sends requests to it.
func withApplication(
    _ configure: (Application) throws -> Void,
    visit: (_ url: String) async throws -> Void
) async throws {
    try await withRunningApplication(configure) { application in
        let port = try #require(application.http.server.shared.localAddress?.port)
        try await visit("http://127.0.0.1:\(port)")
    }
}

/// Runs an application and shuts it down as Vapor's template does.
func withRunningApplication(
    _ configure: (Application) throws -> Void,
    body: (Application) async throws -> Void
) async throws {
    // Not `.testing`, which parses the test runner's arguments.
    let application = try await Application.make(Environment(name: "testing", arguments: ["test"]))
    application.logger.logLevel = .critical
    application.http.server.configuration.port = 0
    do {
        try configure(application)
        try await application.startup()
        try await body(application)
    } catch {
        try? await application.asyncShutdown()
        throw error
    }
    try await application.asyncShutdown()
}

struct ReceivedResponse {
    let status: Int
    let headers: HTTPHeaders
    let body: String
}

/// Sends a request and reads the complete response.
func send(_ method: HTTPMethod, _ url: String, _ headers: HTTPHeaders = [:], body: String? = nil) async throws -> ReceivedResponse
{
    var request = HTTPClientRequest(url: url)
    request.method = method
    request.headers = headers
    if let body { request.body = .bytes(ByteBuffer(string: body)) }
    let response = try await HTTPClient.shared.execute(request, timeout: .seconds(20))
    let content = try await response.body.collect(upTo: 1 << 20)
    return ReceivedResponse(status: Int(response.status.code), headers: response.headers, body: String(buffer: content))
}

/// An observer that records its calls.
final class Recorder: RequestObserver {
    struct Completed: Sendable {
        let request: HTTPRequest
        let response: HTTPResponse
    }

    private struct State {
        var peers: [PeerAddress] = []
        var completed: [Completed] = []
    }

    private let state = Mutex(State())

    var peers: [PeerAddress] { self.state.withLock { $0.peers } }
    var completed: [Completed] { self.state.withLock { $0.completed } }

    func visit(for request: HTTPRequest, from peer: PeerAddress) -> Visit {
        self.state.withLock { $0.peers.append(peer) }
        return Visit(request, from: peer)
    }

    func requestCompleted(_ request: HTTPRequest, response: HTTPResponse, visit: Visit) {
        self.state.withLock { $0.completed.append(Completed(request: request, response: response)) }
    }
}
#endif
