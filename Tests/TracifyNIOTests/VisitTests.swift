import Foundation
import HTTPTypes
import NIOCore
import NIOHTTPTypes
import Testing
import Tracify
import TracifyNIO

/// ``Tracify/Visit/current`` in handlers that stand behind.
struct VisitTests {
    @Test func thereIsAVisitAtARequestsHeadAndEnd() throws {
        let reader = VisitReader()
        let connection = try EmbeddedConnection(behind: [reader])
        try connection.requestHead("/a", .post)
        try connection.requestBody("a=1")
        // Answered early: it is still the request's visit.
        try connection.answer(.ok)
        try connection.requestEnd()
        try connection.request("/b")
        #expect(reader.seen == ["head 0", "body -", "end 0", "head 1", "end 1"])
        #expect(Visit.current == nil)
    }

    @Test func anEndWithoutAHeadHasNoVisit() throws {
        let reader = VisitReader()
        let connection = try EmbeddedConnection(behind: [reader])
        try connection.requestEnd()
        #expect(reader.seen == ["end -"])
    }

    /// Behind a handler that lets one request through at a time, the next comes while the answer before it is written.
    @Test func aRequestThatComesWithinAnAnswerHasItsOwnVisit() throws {
        let reader = VisitReader(answersAtEnd: true)
        let connection = try EmbeddedConnection(behind: [reader], inFront: [OneAtATime()])
        try connection.request("/a")
        #expect(reader.seen == ["head 0", "end 0", "head 1", "end 1", "after 0"])
        #expect(connection.observer.answers == ["/a 200", "/next 200"])
        #expect(connection.observer.areVisitsOwn)
    }
}

/// Writes down which visit is current, by the number that the recorder gave it as its time.
private final class VisitReader: ChannelInboundHandler {
    typealias InboundIn = HTTPRequestPart
    typealias OutboundOut = HTTPResponsePart

    private let answersAtEnd: Bool
    private(set) var seen: [String] = []

    init(answersAtEnd: Bool = false) {
        self.answersAtEnd = answersAtEnd
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch self.unwrapInboundIn(data) {
        case .head: self.note("head")
        case .body: self.note("body")
        case .end:
            self.note("end")
            guard self.answersAtEnd else { return }
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

/// Delivers one more request as soon as the first answer's end is written.
private final class OneAtATime: ChannelOutboundHandler {
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
