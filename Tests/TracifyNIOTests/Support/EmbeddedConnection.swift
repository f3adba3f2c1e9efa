//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTPTypes
import TracifyNIO

/// A connection without a socket, on which the test acts as the client and the server.
struct EmbeddedConnection {
    let observer = Recorder()
    let channel: EmbeddedChannel
    let handler: TracifyChannelHandler<Recorder>

    init(behind handlers: [any ChannelHandler] = [], inFront: [any ChannelHandler] = []) throws {
        self.handler = TracifyChannelHandler(self.observer)
        self.channel = EmbeddedChannel()
        try self.channel.pipeline.syncOperations.addHandlers(inFront + [self.handler] + handlers)
        try self.channel.connect(to: SocketAddress(ipAddress: "198.51.100.7", port: 4711)).wait()
    }

    func requestHead(_ path: String, _ method: HTTPRequest.Method = .get) throws {
        let head = HTTPRequest(method: method, scheme: "http", authority: "shop.example", path: path)
        try self.channel.writeInbound(HTTPRequestPart.head(head))
    }

    func requestBody(_ text: String) throws {
        try self.channel.writeInbound(HTTPRequestPart.body(ByteBuffer(string: text)))
    }

    func requestEnd() throws {
        try self.channel.writeInbound(HTTPRequestPart.end(nil))
    }

    func request(_ path: String, _ method: HTTPRequest.Method = .get) throws {
        try self.requestHead(path, method)
        try self.requestEnd()
    }

    func respondHead(_ status: HTTPResponse.Status) throws {
        try self.channel.writeOutbound(HTTPResponsePart.head(HTTPResponse(status: status)))
    }

    func respondEnd() throws {
        try self.channel.writeOutbound(HTTPResponsePart.end(nil))
    }

    func respond(_ status: HTTPResponse.Status = .ok) throws {
        try self.respondHead(status)
        try self.respondEnd()
    }

    /// The statuses of the heads that reached the client.
    func writtenStatuses() throws -> [Int] {
        var statuses: [Int] = []
        while let part = try self.channel.readOutbound(as: HTTPResponsePart.self) {
            if case .head(let head) = part { statuses.append(head.status.code) }
        }
        return statuses
    }
}
