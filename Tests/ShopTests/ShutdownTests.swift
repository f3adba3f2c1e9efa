#if Configuration && TestKit
import Foundation
import NIOCore
import NIOPosix
import Testing
import Tracify
import TracifyTesting

/// A shop that is told to end while a customer's order is on its way to it: the order is answered, and arrives.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct ShutdownTests {
    /// The shop on SwiftNIO: its service is the example's own, the other servers' ends are their frameworks'.
    @Test func aRequestThatIsBeingReadIsAnsweredAndReported() async throws {
        try await withCollector { collector in
            let shop = try await ShopProcess.start(
                "nio-shop",
                [
                    "TRACIFY_CUSTOMER_SITE_ID": "6b29fc40-ca47-1067-b31d-00dd010662da", "TRACIFY_TOKEN": "token",
                    "TRACIFY_ENDPOINT": collector.endpoint, "PORT": "0", "LOG_LEVEL": "critical",
                ]
            )
            let body = #"{"order_id":"O-1","currency":"EUR","amount":"5"}"#
            let answer = try await Self.connect(to: shop.port)
                .executeThenClose { inbound, outbound in
                    var answer = inbound.makeAsyncIterator()
                    // Both in one packet: once the first is answered, on the connection's event loop, the second is under way there.
                    try await outbound.write(
                        ByteBuffer(
                            string: "GET /health HTTP/1.1\r\nHost: shop.example\r\n\r\n"
                                + "POST /checkout HTTP/1.1\r\nHost: shop.example\r\nUser-Agent: Mozilla/5.0\r\n"
                                + "Content-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n" + body.prefix(10)
                        )
                    )
                    _ = try await answer.next()
                    shop.askToEnd()
                    // It has begun to end when it takes no more connections.
                    while let other = try? await Self.connect(to: shop.port) {
                        try await other.executeThenClose { _, _ in }
                    }
                    try await outbound.write(ByteBuffer(string: String(body.dropFirst(10))))
                    var text = ""
                    while let part = try await answer.next() { text += String(buffer: part) }
                    return text
                }
            #expect(answer.contains("200 OK"))
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
