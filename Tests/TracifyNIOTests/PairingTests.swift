import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTPTypes
import Testing
import TracifyNIO

/// Which response answers which request.
struct PairingTests {
    @Test func oneRequestAfterAnother() throws {
        let connection = try EmbeddedConnection()
        for (path, status) in [("/a", HTTPResponse.Status.ok), ("/b", .notFound), ("/c", .seeOther)] {
            try connection.request(path)
            try connection.answer(status)
        }
        #expect(connection.observer.answers == ["/a 200", "/b 404", "/c 303"])
        #expect(connection.observer.areVisitsOwn)
        #expect(try connection.writtenStatuses() == [200, 404, 303])
    }

    @Test func requestsThatDoNotWaitForAnswers() throws {
        let connection = try EmbeddedConnection()
        try connection.request("/a")
        try connection.request("/b")
        try connection.requestHead("/c")
        try connection.answer(.ok)
        try connection.answer(.notFound)
        try connection.requestEnd()
        try connection.request("/d")
        try connection.answer(.gone)
        try connection.answer(.notModified)
        #expect(connection.observer.answers == ["/a 200", "/b 404", "/c 410", "/d 304"])
        #expect(connection.observer.areVisitsOwn)
    }

    @Test func aResponseIsReportedAtItsHead() throws {
        let connection = try EmbeddedConnection()
        try connection.request("/stream")
        try connection.answerHead(.ok)
        #expect(connection.observer.answers == ["/stream 200"])
        try connection.channel.writeOutbound(HTTPResponsePart.body(ByteBuffer(string: "data:\n\n")))
        try connection.answerEnd()
        #expect(connection.observer.answers == ["/stream 200"])
    }

    @Test func informationalHeadsAnswerNothing() throws {
        let connection = try EmbeddedConnection()
        try connection.requestHead("/upload", .post)
        try connection.answerHead(.continue)
        try connection.requestBody("a=1")
        try connection.requestEnd()
        try connection.answerHead(.init(code: 102))
        try connection.answerHead(.earlyHints)
        #expect(connection.observer.answers == [])
        try connection.answer(.created)
        try connection.request("/next")
        try connection.answer(.ok)
        #expect(connection.observer.answers == ["/upload 201", "/next 200"])
        #expect(try connection.writtenStatuses() == [100, 102, 103, 201, 200])
    }

    @Test func anAnswerBeforeTheRequestHasEnded() throws {
        let connection = try EmbeddedConnection()
        try connection.requestHead("/upload", .post)
        try connection.answer(.contentTooLarge)
        try connection.requestBody("more")
        try connection.requestEnd()
        try connection.request("/next")
        try connection.answer(.ok)
        #expect(connection.observer.answers == ["/upload 413", "/next 200"])
    }

    @Test func aResponseThatNobodyAskedForAnswersNoLaterRequest() throws {
        let connection = try EmbeddedConnection()
        try connection.answerHead(.requestTimeout)
        // The request comes while that response is on its way.
        try connection.request("/a")
        try connection.answerEnd()
        #expect(connection.observer.answers == [])
        try connection.answer(.ok)
        try connection.answer(.badRequest)
        try connection.request("/b")
        try connection.answer(.noContent)
        #expect(connection.observer.answers == ["/a 200", "/b 204"])
    }

    @Test func aSecondHeadForOneRequestDoesNotAnswerTheNext() throws {
        let connection = try EmbeddedConnection()
        try connection.request("/a")
        try connection.request("/b")
        try connection.answerHead(.ok)
        // An error handler that does not know what has been written.
        try connection.answer(.internalServerError)
        try connection.answer(.accepted)
        #expect(connection.observer.answers == ["/a 200", "/b 202"])
    }

    @Test func afterAnUpgradeNothingIsLookedAt() throws {
        let connection = try EmbeddedConnection()
        try connection.request("/socket")
        try connection.request("/pipelined")
        try connection.answerHead(.switchingProtocols)
        #expect(connection.observer.answers == ["/socket 101"])
        // What flows now is no HTTP. It would crash what takes it for such.
        try connection.channel.writeInbound(ByteBuffer(string: "in"))
        try connection.channel.writeOutbound(ByteBuffer(string: "out"))
        _ = try connection.channel.readOutbound(as: HTTPResponsePart.self)
        #expect(try connection.channel.readOutbound(as: ByteBuffer.self) == ByteBuffer(string: "out"))
        #expect(connection.observer.answers == ["/socket 101"])
    }

    @Test func afterASuccessfulConnectNothingIsLookedAt() throws {
        let connection = try EmbeddedConnection()
        try connection.request("shop.example:443", .connect)
        try connection.answer(.badGateway)
        try connection.request("shop.example:443", .connect)
        try connection.answer(.ok)
        try connection.channel.writeInbound(ByteBuffer(string: "in"))
        try connection.channel.writeOutbound(ByteBuffer(string: "out"))
        #expect(connection.observer.answers == ["shop.example:443 502", "shop.example:443 200"])
    }

    @Test func moreRequestsThanAreHeld() throws {
        let connection = try EmbeddedConnection()
        for index in 0..<20 { try connection.request("/\(index)") }
        for _ in 0..<18 { try connection.answer() }
        // Two that are not held still wait, so this one is behind them.
        try connection.request("/20")
        for _ in 0..<3 { try connection.answer(.notFound) }
        #expect(connection.observer.answers == (0..<16).map { "/\($0) 200" })
        try connection.request("/21")
        try connection.answer()
        #expect(connection.observer.answers.dropFirst(16) == ["/21 200"])
        #expect(connection.observer.areVisitsOwn)
    }
}
