//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if TestKit
import NIOCore
import NIOSSL
import Synchronization
import Testing
import Tracify
import TracifyTesting

@testable import TracifyHTTP

/// Deliveries through a proxy.
@Suite(.timeLimit(.minutes(15)))
struct ProxyTests {
    /// The name resolves, but the port is that of no server: only the tunnel leads to the collector.
    private static let endpoint = "https://localhost:1/api/v1/events"

    private func withProxy(
        _ proxy: ConnectProxy = ConnectProxy(),
        behindTLS prepare: @escaping @Sendable (any Channel) throws -> Void = { _ in },
        _ body: (Collector, Int) async throws -> Void
    ) async throws {
        let context = try TestCertificate.known.context()
        try await withCollector { channel in
            try channel.pipeline.syncOperations.addHandler(ConnectHandler(proxy))
            try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
            try prepare(channel)
        } _: { collector in
            let port = try Endpoint(collector.endpoint).address.port
            try await body(collector, port)
        }
    }

    private func sink(_ proxy: HTTPProxy, to endpoint: String = ProxyTests.endpoint) throws -> HTTPSink {
        let authorities = try TemporaryFile(TestCertificate.known.certificate)
        return try SinkFixture.sink(endpoint) {
            $0.certificateAuthorities = authorities.path
            $0.proxy = proxy
        }
    }

    @Test func deliversThroughTunnel() async throws {
        let proxy = ConnectProxy()
        try await self.withProxy(proxy) { collector, port in
            let sink = try self.sink(try HTTPProxy(host: "127.0.0.1", port: port))
            let batch = try await SinkFixture.batch(3)
            try await sink.deliver(batch)
            try await sink.deliver(batch)
            await sink.shutdown()
            #expect(collector.events.count == 6)
            #expect(proxy.heads.count == 1)
            let head = try #require(proxy.heads.first)
            #expect(head.hasPrefix("CONNECT localhost:1 HTTP/1.1\r\n"))
            #expect(!head.lowercased().contains("proxy-authorization"))
            // The proxy is not told what is for the endpoint.
            #expect(!head.contains(SinkFixture.token))
            #expect(!head.contains("/api/v1/events"))
        }
    }

    @Test func sendsCredentialsToProxyOnly() async throws {
        let proxy = ConnectProxy(credentials: "c2hvcDpwYXNzOndvcmQ=")
        try await self.withProxy(proxy) { collector, port in
            let sink = try self.sink(
                try HTTPProxy(host: "127.0.0.1", port: port, username: "shop", password: "pass:word")
            )
            try await sink.deliver(try await SinkFixture.batch())
            await sink.shutdown()
            #expect(collector.events.count == 2)
        }
    }

    /// The proxy's credentials are wrong until an operator corrects them, as a token is.
    @Test func refusedCredentialsAreUnauthorized() async throws {
        try await self.withProxy(ConnectProxy(credentials: "c2hvcDpwYXNzOndvcmQ=")) { collector, port in
            let sink = try self.sink(try HTTPProxy(host: "127.0.0.1", port: port, username: "shop", password: "password"))
            let error = try await SinkFixture.failure(sink)
            await sink.shutdown()
            #expect(error == .unauthorized("status 407: the proxy requires other credentials"))
            #expect(collector.requestCount == 0)
        }
    }

    @Test(arguments: [403, 502, 503])
    func proxyThatCannotConnectIsRetryable(status: Int) async throws {
        try await self.withProxy(ConnectProxy(status: status)) { _, port in
            let sink = try self.sink(try HTTPProxy(host: "127.0.0.1", port: port))
            let error = try await SinkFixture.failure(sink)
            await sink.shutdown()
            #expect(error == .retryable("the proxy did not connect to the endpoint"))
        }
    }

    @Test func proxyThatIsDownIsRetryable() async throws {
        let absent = try await Collector.start()
        let port = try Endpoint(absent.endpoint).address.port
        await absent.stop()
        let sink = try self.sink(try HTTPProxy(host: "127.0.0.1", port: port, username: "shop", password: "pass:word"))
        let error = try await SinkFixture.failure(sink)
        await sink.shutdown()
        #expect(error.code == .retryable)
        #expect(!error.reason.contains("pass"))
    }

    /// Plain HTTP is for loopback addresses, which a proxy on another host could not reach, and would show the token to the proxy.
    @Test func plainLoopbackEndpointIsNotConnectedThroughProxy() async throws {
        let proxy = ConnectProxy()
        try await self.withProxy(proxy) { _, port in
            try await TracifyTesting.withCollector { collector in
                let sink = try self.sink(try HTTPProxy(host: "127.0.0.1", port: port), to: collector.endpoint)
                try await sink.deliver(try await SinkFixture.batch())
                await sink.shutdown()
                #expect(collector.events.count == 2)
                #expect(proxy.heads.isEmpty)
            }
        }
    }

    /// The tunnel's connections are reused, and closed, as direct ones are.
    @Test func repeatsRequestWhenTunnelIsClosed() async throws {
        let tunnels = Counter()
        try await self.withProxy(behindTLS: IdleClosingHandler.installer(after: 1, .close, tunnels)) { collector, port in
            let sink = try self.sink(try HTTPProxy(host: "127.0.0.1", port: port))
            let batch = try await SinkFixture.batch()
            for _ in 0..<3 { try await sink.deliver(batch) }
            await sink.shutdown()
            #expect(collector.events.count == 6)
            #expect(tunnels.value == 3)
        }
    }
}

/// The values of proxies.
struct HTTPProxyTests {
    @Test(
        arguments: [
            ("http://proxy.example:3128", "proxy.example", 3128, nil, nil),
            ("HTTP://proxy.example:3128/", "proxy.example", 3128, nil, nil),
            ("proxy.example:3128", "proxy.example", 3128, nil, nil),
            ("proxy.example", "proxy.example", 80, nil, nil),
            ("http://10.0.0.1:8080", "10.0.0.1", 8080, nil, nil),
            ("http://[2001:db8::1]:8080", "2001:db8::1", 8080, nil, nil),
            ("http://[2001:db8::1]", "2001:db8::1", 80, nil, nil),
            ("http://shop:secret@proxy.example:3128", "proxy.example", 3128, "shop", "secret"),
            ("shop:se:cret@proxy.example:3128", "proxy.example", 3128, "shop", "se:cret"),
            ("http://shop@proxy.example:3128", "proxy.example", 3128, "shop", ""),
            ("http://sh%6Fp:%40%3A%2F%C3%A4@proxy.example", "proxy.example", 80, "shop", "@:/ä"),
        ] as [(String, String, Int, String?, String?)]
    )
    func readsURL(url: String, host: String, port: Int, username: String?, password: String?) throws {
        let proxy = try HTTPProxy(url: url)
        #expect(proxy.host == host)
        #expect(proxy.port == port)
        #expect(proxy.credentials?.username == username)
        #expect(proxy.credentials?.password == password)
    }

    @Test(arguments: [
        "", "http://", "http://:3128", "https://secret.example:3128", "socks5://secret.example:1080", "http://secret.example:0",
        "http://secret.example:65536", "http://secret.example:99999999999999999999", "http://secret.example:+80",
        "http://secret.example:",
        "http://secret.example:80/path", "http://secret.example:80?query", "http://secret.example:80#fragment",
        "http://sec ret:80",
        "http://[secret]:80", "http://[::1", "http://[::1]80", "http://user:%zz@secret.example:80",
        "http://user:%FF@secret.example:80",
        "http://us%3Aer:secret@proxy.example:80", "http://user:secret%0A@proxy.example:80", "http://user:%+1@secret.example:80",
    ])
    func throwsForInvalidURL(url: String) {
        let error = #expect(throws: ValidationError.self) { _ = try HTTPProxy(url: url) }
        #expect(error?.field == "http.proxy")
        #expect(error.map { !"\($0)".contains("secret") } ?? false)
    }

    @Test func throwsForInvalidParts() {
        #expect(throws: ValidationError.self) { _ = try HTTPProxy(host: "", port: 80) }
        #expect(throws: ValidationError.self) { _ = try HTTPProxy(host: "proxy/x", port: 80) }
        #expect(throws: ValidationError.self) { _ = try HTTPProxy(host: "proxy", port: 0) }
        #expect(throws: ValidationError.self) { _ = try HTTPProxy(host: "proxy", port: 80, username: "a:b", password: "") }
        #expect(throws: ValidationError.self) { _ = try HTTPProxy(host: "proxy", port: 80, username: "a", password: "\r\n") }
    }

    @Test func hidesCredentials() throws {
        var configuration = HTTPSink.Configuration(token: try APIToken("secret"))
        configuration.proxy = try HTTPProxy(host: "::1", port: 3128, username: "secret", password: "secret")
        var dumped = ""
        dump(configuration, to: &dumped)
        for text in ["\(configuration)", String(reflecting: configuration), dumped] { #expect(!text.contains("secret")) }
        #expect(configuration.proxy?.description == "[::1]:3128")
    }
}

/// The behavior of a proxy and the requests to it.
private final class ConnectProxy: Sendable {
    let status: Int
    /// The required credentials in Base64.
    let credentials: String?
    private let requests = Mutex<[String]>([])

    init(status: Int = 200, credentials: String? = nil) {
        self.status = status
        self.credentials = credentials
    }

    var heads: [String] { self.requests.withLock { $0 } }

    /// Returns the status for a request.
    func judge(_ head: String) -> Int {
        self.requests.withLock { $0.append(head) }
        if let credentials = self.credentials, !head.contains("proxy-authorization: Basic \(credentials)\r\n") { return 407 }
        return self.status
    }
}

/// Responds to `CONNECT`, and then passes all bytes on to the rest of the pipeline, which is the tunnel's other end.
private final class ConnectHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let proxy: ConnectProxy
    private var head = ""
    private var isConnected = false

    init(_ proxy: ConnectProxy) {
        self.proxy = proxy
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !self.isConnected else { return context.fireChannelRead(data) }
        self.head += String(buffer: self.unwrapInboundIn(data))
        guard self.head.hasSuffix("\r\n\r\n") else { return }
        let status = self.proxy.judge(self.head)
        self.isConnected = status == 200
        let response = "HTTP/1.1 \(status) X\r\n" + (self.isConnected ? "\r\n" : "content-length: 0\r\n\r\n")
        context.writeAndFlush(self.wrapOutboundOut(ByteBuffer(string: response)), promise: nil)
    }
}
#endif
