//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Foundation
import HTTPTypes
import NIOCore
import NIOHTTPTypes
import Testing
import Tracify
import TracifyNIO

/// ``Tracify/Visit/current`` in later handlers of the pipeline.
struct VisitTests {
    @Test func setsVisitAtHeadAndEndOfRequest() throws {
        let reader = VisitReader()
        let connection = try EmbeddedConnection(behind: [reader])
        try connection.requestHead("/a", .post)
        try connection.requestBody("a=1")
        // An early response does not end the request's visit.
        try connection.respond(.ok)
        try connection.requestEnd()
        try connection.request("/b")
        #expect(reader.seen == ["head 0", "body -", "end 0", "head 1", "end 1"])
        #expect(Visit.current == nil)
    }

    @Test func hasNoVisitAtEndWithoutHead() throws {
        let reader = VisitReader()
        let connection = try EmbeddedConnection(behind: [reader])
        try connection.requestEnd()
        try connection.request("/a")
        try connection.requestEnd()
        #expect(reader.seen == ["end -", "head 0", "end 0", "end -"])
    }

    /// Behind a handler that forwards one request at a time, the next request is read while the previous response is written.
    @Test func requestReadDuringResponseHasItsOwnVisit() throws {
        let reader = VisitReader(respondsAtEnd: true)
        let connection = try EmbeddedConnection(behind: [reader], inFront: [SequentialRequestHandler()])
        try connection.request("/a")
        #expect(reader.seen == ["head 0", "end 0", "head 1", "end 1", "after 0"])
        #expect(connection.observer.responses == ["/a 200", "/next 200"])
        #expect(connection.observer.areVisitsOwn)
    }
}

/// A handler that records the current visit, identified by the number that the recorder set as its time.
private final class VisitReader: ChannelInboundHandler {
    typealias InboundIn = HTTPRequestPart
    typealias OutboundOut = HTTPResponsePart

    private let respondsAtEnd: Bool
    private(set) var seen: [String] = []

    init(respondsAtEnd: Bool = false) {
        self.respondsAtEnd = respondsAtEnd
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch self.unwrapInboundIn(data) {
        case .head: self.note("head")
        case .body: self.note("body")
        case .end:
            self.note("end")
            guard self.respondsAtEnd else { return }
            let count = self.seen.count
            context.write(self.wrapOutboundOut(.head(HTTPResponse(status: .ok))), promise: nil)
            context.writeAndFlush(self.wrapOutboundOut(.end(nil)), promise: nil)
            if self.seen.count > count { self.note("after") }
        }
    }

    private func note(_ what: String) {
        let visit = Visit.current.map { "\(Int($0.date.timeIntervalSince1970))" } ?? "-"
        self.seen.append("\(what) \(visit)")
    }
}

/// A handler that reads one more request when the end of the first response is written.
private final class SequentialRequestHandler: ChannelOutboundHandler {
    typealias OutboundIn = HTTPResponsePart

    private var isDone = false

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        context.write(data, promise: promise)
        guard case .end = self.unwrapOutboundIn(data), !self.isDone else { return }
        self.isDone = true
        let next = HTTPRequest(method: .get, scheme: "http", authority: "shop.example", path: "/next")
        context.fireChannelRead(NIOAny(HTTPRequestPart.head(next)))
        context.fireChannelRead(NIOAny(HTTPRequestPart.end(nil)))
    }
}
