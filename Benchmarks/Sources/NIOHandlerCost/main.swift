//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import BenchmarkSupport
import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTPTypes
import Tracify
import TracifyNIO

// What TracifyChannelHandler costs a connection: for each part of a body, which must be no memory, and for each request. Run in release
// mode; with `--check` it fails when a body's part allocates:
//
//     swift run -c release --package-path Benchmarks NIOHandlerCost

/// An observer that does nothing, so that the benchmark measures only the handler.
struct NoOpObserver: RequestObserver {
    let visit: Visit

    func visit(for request: HTTPRequest, from peer: PeerAddress) -> Visit { self.visit }
    func requestCompleted(_ request: HTTPRequest, response: HTTPResponse, visit: Visit) {}
}

/// The rest of a server: requests end here.
final class Server: ChannelInboundHandler {
    typealias InboundIn = HTTPRequestPart

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {}
}

/// The client: responses end here.
final class Client: ChannelOutboundHandler {
    typealias OutboundIn = HTTPResponsePart

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {}
}

let (request, peer) = try Requests.make(1, visitors: 1)[0]
let chunk = ByteBuffer(repeating: 0x78, count: 1024)

func makePipeline(_ handler: (any ChannelHandler)?) throws -> EmbeddedChannel {
    EmbeddedChannel(handlers: [Client()] + [handler].compactMap { $0 } + [Server()])
}

/// One request with its answer, both with a body of `count` parts.
func exchange(_ count: Int, on channel: EmbeddedChannel) {
    let pipeline = channel.pipeline.syncOperations
    pipeline.fireChannelRead(NIOAny(HTTPRequestPart.head(request)))
    for _ in 0..<count { pipeline.fireChannelRead(NIOAny(HTTPRequestPart.body(chunk))) }
    pipeline.fireChannelRead(NIOAny(HTTPRequestPart.end(nil)))
    pipeline.write(NIOAny(HTTPResponsePart.head(Requests.response)), promise: nil)
    for _ in 0..<count { pipeline.write(NIOAny(HTTPResponsePart.body(chunk)), promise: nil) }
    pipeline.write(NIOAny(HTTPResponsePart.end(nil)), promise: nil)
}

let observer = NoOpObserver(visit: Visit(request, from: peer))
let handlers: [(String, () -> (any ChannelHandler)?)] = [
    ("without the handler", { nil }), ("with it", { TracifyChannelHandler(observer) }),
]
let count = 10_000

print(Measurement.header)
var perPart: [Double] = []
for (name, handler) in handlers {
    // On one connection, so that what a connection costs once is not counted.
    let channel = try makePipeline(handler())
    let exchanges = Measurement.run("request and answer, \(name)", operations: count) {
    } _: {
        for _ in 0..<count { exchange(0, on: channel) }
    }
    print(exchanges.line)
    // The request itself is one in 20,000 operations.
    let parts = Measurement.run("part of a body, \(name)", operations: count * 2) {
    } _: {
        exchange(count, on: channel)
    }
    print(parts.line)
    perPart.append(parts.allocations - exchanges.allocations / Double(count * 2))
}

print("allocations for each part of a body that are the handler's: \(perPart[1] - perPart[0])")
if CommandLine.arguments.contains("--check"), perPart[1] > perPart[0] {
    throw Failure("A part of a body is to cost no memory.")
}
