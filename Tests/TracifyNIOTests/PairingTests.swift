//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTPTypes
import Testing
import TracifyNIO

/// The pairing of responses with requests.
struct PairingTests {
    @Test func pairsSequentialRequests() throws {
        let connection = try EmbeddedConnection()
        for (path, status) in [("/a", HTTPResponse.Status.ok), ("/b", .notFound), ("/c", .seeOther)] {
            try connection.request(path)
            try connection.respond(status)
        }
        #expect(connection.observer.responses == ["/a 200", "/b 404", "/c 303"])
        #expect(connection.observer.areVisitsOwn)
        #expect(try connection.writtenStatuses() == [200, 404, 303])
    }

    @Test func pairsPipelinedRequests() throws {
        let connection = try EmbeddedConnection()
        try connection.request("/a")
        try connection.request("/b")
        try connection.requestHead("/c")
        try connection.respond(.ok)
        try connection.respond(.notFound)
        try connection.requestEnd()
        try connection.request("/d")
        try connection.respond(.gone)
        try connection.respond(.notModified)
        #expect(connection.observer.responses == ["/a 200", "/b 404", "/c 410", "/d 304"])
        #expect(connection.observer.areVisitsOwn)
    }

    @Test func reportsResponseAtItsHead() throws {
        let connection = try EmbeddedConnection()
        try connection.request("/stream")
        try connection.respondHead(.ok)
        #expect(connection.observer.responses == ["/stream 200"])
        try connection.channel.writeOutbound(HTTPResponsePart.body(ByteBuffer(string: "data:\n\n")))
        try connection.respondEnd()
        #expect(connection.observer.responses == ["/stream 200"])
    }

    @Test func ignoresInformationalHeads() throws {
        let connection = try EmbeddedConnection()
        try connection.requestHead("/upload", .post)
        try connection.respondHead(.continue)
        try connection.requestBody("a=1")
        try connection.requestEnd()
        try connection.respondHead(.init(code: 102))
        try connection.respondHead(.earlyHints)
        #expect(connection.observer.responses == [])
        try connection.respond(.created)
        try connection.request("/next")
        try connection.respond(.ok)
        #expect(connection.observer.responses == ["/upload 201", "/next 200"])
        #expect(try connection.writtenStatuses() == [100, 102, 103, 201, 200])
    }

    @Test func pairsResponseBeforeEndOfRequest() throws {
        let connection = try EmbeddedConnection()
        try connection.requestHead("/upload", .post)
        try connection.respond(.contentTooLarge)
        try connection.requestBody("more")
        try connection.requestEnd()
        try connection.request("/next")
        try connection.respond(.ok)
        #expect(connection.observer.responses == ["/upload 413", "/next 200"])
    }

    @Test func unsolicitedResponseIsNotPairedWithLaterRequest() throws {
        let connection = try EmbeddedConnection()
        try connection.respondHead(.requestTimeout)
        // The request arrives while that response is being written.
        try connection.request("/a")
        try connection.respondEnd()
        #expect(connection.observer.responses == [])
        try connection.respond(.ok)
        try connection.respond(.badRequest)
        try connection.request("/b")
        try connection.respond(.noContent)
        #expect(connection.observer.responses == ["/a 200", "/b 204"])
    }

    @Test func secondResponseHeadIsNotPairedWithNextRequest() throws {
        let connection = try EmbeddedConnection()
        try connection.request("/a")
        try connection.request("/b")
        try connection.respondHead(.ok)
        // An error handler that is unaware of the written head.
        try connection.respond(.internalServerError)
        try connection.respond(.accepted)
        #expect(connection.observer.responses == ["/a 200", "/b 202"])
    }

    @Test func ignoresTrafficAfterUpgrade() throws {
        let connection = try EmbeddedConnection()
        try connection.request("/socket")
        try connection.request("/pipelined")
        try connection.respondHead(.switchingProtocols)
        #expect(connection.observer.responses == ["/socket 101"])
        // The traffic is no longer HTTP. Unwrapping it as HTTP would crash.
        try connection.channel.writeInbound(ByteBuffer(string: "in"))
        try connection.channel.writeOutbound(ByteBuffer(string: "out"))
        _ = try connection.channel.readOutbound(as: HTTPResponsePart.self)
        #expect(try connection.channel.readOutbound(as: ByteBuffer.self) == ByteBuffer(string: "out"))
        #expect(connection.observer.responses == ["/socket 101"])
    }

    @Test func ignoresTrafficAfterSuccessfulConnect() throws {
        let connection = try EmbeddedConnection()
        try connection.request("shop.example:443", .connect)
        try connection.respond(.badGateway)
        try connection.request("shop.example:443", .connect)
        try connection.respond(.ok)
        try connection.channel.writeInbound(ByteBuffer(string: "in"))
        try connection.channel.writeOutbound(ByteBuffer(string: "out"))
        #expect(connection.observer.responses == ["shop.example:443 502", "shop.example:443 200"])
    }

    @Test func skipsRequestsBeyondPipelineLimit() throws {
        let connection = try EmbeddedConnection()
        for index in 0..<20 { try connection.request("/\(index)") }
        for _ in 0..<18 { try connection.respond() }
        // Two requests beyond the limit still wait for their responses, so this request follows them.
        try connection.request("/20")
        for _ in 0..<3 { try connection.respond(.notFound) }
        #expect(connection.observer.responses == (0..<16).map { "/\($0) 200" })
        try connection.request("/21")
        try connection.respond()
        #expect(connection.observer.responses.dropFirst(16) == ["/21 200"])
        #expect(connection.observer.areVisitsOwn)
    }
}
