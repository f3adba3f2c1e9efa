//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Vapor
import NIOCore
import NIOHTTP1
import NIOPosix
import ServiceLifecycle
import Synchronization
import Testing
import Tracify
import TracifyVapor
import Vapor

@Suite(.timeLimit(.minutes(15)))
struct TracifyLifecycleTests {
    private func tracker(_ sink: InMemorySink) throws -> Tracker {
        var configuration = Tracker.Configuration(customerSiteID: try CustomerSiteID("6b29fc40-ca47-1067-b31d-00dd010662da"))
        configuration.batches.interval = .seconds(3600)
        return try Tracker(configuration: configuration, sink: sink)
    }

    @Test func deliversOrderPlacedDuringShutdown() async throws {
        let sink = InMemorySink()
        let tracker = try self.tracker(sink)
        let (entries, entry) = AsyncStream.makeStream(of: Void.self)
        let customer = Mutex<Task<ReceivedResponse, any Error>?>(nil)
        try await withApplication { application in
            application.lifecycle.use(TracifyLifecycle(tracker))
            application.middleware.use(TracifyMiddleware(tracker))
            application.post("checkout") { request async throws -> HTTPStatus in
                let shutdown = request.application.server.onShutdown
                entry.finish()
                // A tracker that stopped first would throw for the order.
                try await shutdown.get()
                try await tracker.orderPlaced(Order(id: "1", currency: .eur, amount: Amount("1.00")))
                return .created
            }
        } visit: { url in
            customer.withLock { $0 = Task { try await send(.POST, url + "/checkout", ["User-Agent": "Mozilla/5.0"]) } }
            for await _ in entries {}
        }
        #expect(sink.events(of: .purchase).count == 1)
        #expect(sink.isShutDown)
        let result = try await #require(customer.withLock { $0 }).value
        #expect(result.status == 201)
    }

    /// Sends an order and closes the connection without waiting for the response, when the handler has begun.
    private func checkOutAndLeave(_ application: Application, whenEnded entries: AsyncStream<Void>) async throws {
        let address = try #require(application.http.server.shared.localAddress)
        let client = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup).connect(to: address).get()
        try await client.writeAndFlush(
            ByteBuffer(
                string: "POST /checkout HTTP/1.1\r\nHost: shop.example\r\nUser-Agent: Mozilla/5.0\r\n"
                    + "Content-Length: 0\r\n\r\n"
            )
        )
        for await _ in entries {}
        try await client.close()
    }

    /// Vapor's server does not wait for a handler whose connection is closed.
    @Test func deliversOrderOfClientThatHasGone() async throws {
        let sink = InMemorySink()
        let tracker = try self.tracker(sink)
        let (entries, entry) = AsyncStream.makeStream(of: Void.self)
        let (closings, closing) = AsyncStream.makeStream(of: Void.self)
        try await withRunningApplication { application in
            application.lifecycle.use(TracifyLifecycle(tracker))
            application.middleware.use(TracifyMiddleware(tracker))
            application.post("checkout") { request async throws -> HTTPStatus in
                let shutdown = request.application.server.onShutdown
                entry.finish()
                for await _ in closings {}
                try await shutdown.get()
                try await tracker.orderPlaced(Order(id: "1", currency: .eur, amount: Amount("1.00")))
                return .created
            }
        } body: { application in
            try await self.checkOutAndLeave(application, whenEnded: entries)
            closing.finish()
        }
        #expect(sink.events(of: .purchase).count == 1)
    }

    /// A handler that does not end must not keep the application from shutting down.
    @Test func waitsForHandlerUpToShutdownTimeout() async throws {
        let sink = InMemorySink()
        let tracker = try self.tracker(sink)
        let (entries, entry) = AsyncStream.makeStream(of: Void.self)
        let (ends, end) = AsyncStream.makeStream(of: Void.self)
        try await withRunningApplication { application in
            application.http.server.configuration.shutdownTimeout = .milliseconds(200)
            application.lifecycle.use(TracifyLifecycle(tracker))
            application.middleware.use(TracifyMiddleware(tracker))
            application.post("checkout") { _ async throws -> HTTPStatus in
                entry.finish()
                for await _ in ends {}
                return .created
            }
        } body: { application in
            try await self.checkOutAndLeave(application, whenEnded: entries)
        }
        #expect(sink.isShutDown)
        end.finish()
    }

    @Test func shutsDownInReverseOrderDespiteFailingService() async throws {
        let log = Log()
        try await withApplication { application in
            application.lifecycle.use(TracifyLifecycle(StubService(name: "first", log: log)))
            application.lifecycle.use(TracifyLifecycle(FailingService()))
            application.lifecycle.use(TracifyLifecycle(StubService(name: "last", log: log)))
            application.get { _ in "served" }
        } visit: { url in
            let result = try await send(.GET, url)
            #expect(result.body == "served")
            #expect(log.lines.withLock { $0 }.isEmpty)
        }
        #expect(log.lines.withLock { $0 } == ["last", "first"])
    }

    @Test func deliversEventsOfCommand() async throws {
        struct Import: AsyncCommand {
            struct Signature: CommandSignature {}
            let help = "places an order"
            let tracker: Tracker

            func run(using context: CommandContext, signature: Signature) async throws {
                let address = IPAddress(ipv4: 0x0102_0304)
                let visit = try Visit(address: address, userAgent: "Mozilla/5.0", url: PageURL("https://shop.example/"))
                try await self.tracker.orderPlaced(Order(id: "1", currency: .eur, amount: Amount("1.00")), by: visit)
            }
        }
        let sink = InMemorySink()
        let tracker = try self.tracker(sink)
        let application = try await Application.make(Environment(name: "testing", arguments: ["test", "import"]))
        application.lifecycle.use(TracifyLifecycle(tracker))
        application.asyncCommands.use(Import(tracker: tracker), as: "import")
        try await application.execute()
        try await application.asyncShutdown()
        #expect(sink.events(of: .purchase).count == 1)
    }

    @Test func shutsDownApplicationThatNeverStarted() async throws {
        let application = try await Application.make(Environment(name: "testing", arguments: ["test"]))
        application.lifecycle.use(TracifyLifecycle(try self.tracker(InMemorySink())))
        try await application.asyncShutdown()
    }
}

private final class Log: Sendable {
    let lines = Mutex<[String]>([])
}

private struct StubService: Service {
    let name: String
    let log: Log

    func run() async throws {
        try await gracefulShutdown()
        self.log.lines.withLock { $0.append(self.name) }
    }
}

private struct FailingService: Service {
    struct Failure: Error {}

    func run() async throws { throw Failure() }
}
#endif
