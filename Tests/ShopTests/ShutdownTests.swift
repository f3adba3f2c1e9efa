//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Configuration && TestKit
import Foundation
import NIOCore
import NIOPosix
import Testing
import Tracify
import TracifyTesting

/// A shutdown while the shop reads an order: the shop responds, and the order is delivered.
@Suite(.serialized, .timeLimit(.minutes(15)))
struct ShutdownTests {
    /// Tests the shop on SwiftNIO, whose shutdown is part of the example.
    ///
    /// The frameworks shut down the other servers.
    @Test func completesAndReportsRequestInProgress() async throws {
        try await withCollector { collector in
            let shop = try await ShopProcess.start(
                "nio-shop",
                [
                    "TRACIFY_CUSTOMER_SITE_ID": "6b29fc40-ca47-1067-b31d-00dd010662da", "TRACIFY_TOKEN": "token",
                    "TRACIFY_ENDPOINT": collector.endpoint, "PORT": "0", "LOG_LEVEL": "critical",
                    // Enough on a busy machine, too.
                    "TRACIFY_SHUTDOWN_TIMEOUT": "60",
                ]
            )
            let body = #"{"order_id":"O-1","currency":"EUR","amount":"5"}"#
            let response = try await Self.connect(to: shop.port)
                .executeThenClose { inbound, outbound in
                    var response = inbound.makeAsyncIterator()
                    // Both requests are in one packet. When the first response is written, the server has begun to read the second request.
                    try await outbound.write(
                        ByteBuffer(
                            string: "GET /health HTTP/1.1\r\nHost: shop.example\r\n\r\n"
                                + "POST /checkout HTTP/1.1\r\nHost: shop.example\r\nUser-Agent: Mozilla/5.0\r\n"
                                + "Content-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n" + body.prefix(10)
                        )
                    )
                    _ = try await response.next()
                    shop.requestShutdown()
                    // The shutdown has begun when the server accepts no more connections.
                    while let other = try? await Self.connect(to: shop.port) {
                        try await other.executeThenClose { _, _ in }
                    }
                    try await outbound.write(ByteBuffer(string: String(body.dropFirst(10))))
                    var text = ""
                    while let part = try await response.next() { text += String(buffer: part) }
                    return text
                }
            #expect(response.contains("200 OK"))
            #expect(await shop.exitStatus() == 0)
            #expect(collector.events.map(\.type) == [.purchase])
        }
    }

    private static func connect(to port: Int) async throws -> NIOAsyncChannel<ByteBuffer, ByteBuffer> {
        try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture { try NIOAsyncChannel(wrappingChannelSynchronously: channel) }
            }
    }
}
#endif
