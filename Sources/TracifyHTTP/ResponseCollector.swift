//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import AsyncHTTPClient
#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
import NIOCore
import NIOHTTP1
import NIOSSL
import Synchronization

/// Collects the response to one request.
///
/// The client's `async` functions would need a task that sleeps beside each request, because their own timeout ends with the response's head.
/// The deadline of a request with a delegate is that of the whole exchange, and costs an entry in the event loop's list.
final class ResponseCollector: HTTPClientResponseDelegate {
    /// The error of a response that is longer than the limit.
    struct TooLong: Error {}

    private struct State {
        var head: HTTPResponseHead?
        var body: [UInt8] = []
    }

    private let maximumBytes: Int
    private let state = Mutex(State())

    init(maximumBytes: Int) {
        self.maximumBytes = maximumBytes
    }

    func didReceiveHead(task: HTTPClient.Task<EndpointResponse>, _ head: HTTPResponseHead) -> EventLoopFuture<Void> {
        self.state.withLock { $0.head = head }
        return task.eventLoop.makeSucceededVoidFuture()
    }

    func didReceiveBodyPart(task: HTTPClient.Task<EndpointResponse>, _ part: ByteBuffer) -> EventLoopFuture<Void> {
        let fits = self.state.withLock { state in
            guard part.readableBytes <= self.maximumBytes - state.body.count else { return false }
            state.body += part.readableBytesView
            return true
        }
        return fits ? task.eventLoop.makeSucceededVoidFuture() : task.eventLoop.makeFailedFuture(TooLong())
    }

    func didFinishRequest(task: HTTPClient.Task<EndpointResponse>) throws -> EndpointResponse {
        let (head, body) = self.state.withLock { ($0.head, $0.body) }
        guard let head else { throw HTTPClientError.remoteConnectionClosed }
        return ResponseCollector.response(head, body)
    }

    /// Returns the response of a request that ended with an error; `nil` when there is none.
    ///
    /// When the connection ends within a success, the batch may have been accepted: the response is a success that cannot be read.
    func response(endedBy error: any Error) -> EndpointResponse? {
        guard let head = self.state.withLock({ $0.head }), (200..<300).contains(head.status.code) else { return nil }
        return ResponseCollector.isEndOfConnection(error) ? ResponseCollector.response(head, []) : nil
    }

    private static func response(_ head: HTTPResponseHead, _ body: [UInt8]) -> EndpointResponse {
        EndpointResponse(
            status: Int(head.status.code),
            retryAfter: head.headers.first(name: "Retry-After").flatMap { RetryAfter.parse($0, now: Date()) },
            body: body
        )
    }

    private static func isEndOfConnection(_ error: any Error) -> Bool {
        switch error {
        case is IOError, is ChannelError, is HTTPParserError, is NIOSSLError: true
        case let error as HTTPClientError: error == .remoteConnectionClosed
        default: false
        }
    }
}
