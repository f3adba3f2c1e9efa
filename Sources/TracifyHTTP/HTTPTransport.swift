//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Tracify

/// The connections to the endpoint.
struct HTTPTransport: Sendable {
    private let settings: TransportSettings
    /// Sends requests over persistent connections.
    private let client: HTTPClient
    /// Repeats a request whose reused connection was closed.
    ///
    /// Each of its connections is closed after one request, so that the repeat always has a new connection. The client's pool may hold
    /// further connections that the server closed.
    private let repeater: HTTPClient
    /// The loop of the requests and, where there is no other connection, of the connections: a request wakes one thread.
    private let eventLoop: any EventLoop

    init(_ settings: TransportSettings) throws(ValidationError) {
        self.settings = settings
        let client = try HTTPTransport.clientConfiguration(settings)
        let group = MultiThreadedEventLoopGroup.singleton
        self.client = HTTPClient(eventLoopGroup: group, configuration: client)
        self.repeater = HTTPClient(eventLoopGroup: group, configuration: client)
        self.eventLoop = group.next()
    }

    /// The time for which an unused connection is kept.
    ///
    /// Load balancers and servers commonly close idle connections after 60 or 75 seconds. A client that closes earlier does not send a
    /// request on a connection that the server is closing.
    private static let idleTimeout = TimeAmount.seconds(30)

    static func clientConfiguration(
        _ settings: TransportSettings
    ) throws(ValidationError) -> HTTPClient.Configuration {
        var tls = TLSConfiguration.makeClientConfiguration()
        // RFC 8996 deprecates TLS 1.0 and 1.1, which NIOSSL allows by default.
        tls.minimumTLSVersion = .tlsv12
        if let path = settings.certificateAuthorities {
            tls.additionalTrustRoots = [.certificates(try CertificateAuthorityFile.read(path))]
        }
        var client = HTTPClient.Configuration(
            tlsConfiguration: tls,
            redirectConfiguration: .disallow,
            timeout: HTTPClient.Configuration.Timeout(
                connect: TimeAmount(settings.connectTimeout),
                read: TimeAmount(settings.readTimeout)
            ),
            connectionPool: HTTPClient.Configuration.ConnectionPool(idleTimeout: self.idleTimeout)
        )
        // Retries are the tracker's.
        client.connectionPool.retryConnectionEstablishment = false
        // A request that times out closes its HTTP/1.1 connection. Its HTTP/2 connection would stay in the pool: the client sends no
        // pings, so after a firewall dropped the connection, all requests would time out until the system's TCP gives up.
        client.httpVersion = .http1Only
        client.http1_1ConnectionDebugInitializer = { ConnectionReuse.observe($0) }
        // The span is the tracker's, and the fields of a trace are no business of the destination.
        client.tracing.tracer = nil
        if let proxy = settings.proxy, settings.endpoint.isSecure {
            client.proxy = .server(
                host: proxy.host,
                port: proxy.port,
                authorization: proxy.credentials.map { .basic(username: $0.username, password: $0.password) }
            )
        }
        return client
    }

    /// Sends a batch and reads the response.
    ///
    /// - Throws: `DeliveryError` when there is no response; `CancellationError` when the task is cancelled.
    func send(_ body: [UInt8], token: APIToken) async throws -> EndpointResponse {
        do {
            let headers: HTTPHeaders = [
                "tracify-token": token.value,
                "Content-Type": "application/json",
                "Accept": "application/json",
                "User-Agent": "swift-tracify",
            ]
            let request = try HTTPClient.Request(
                url: self.settings.endpoint.url,
                method: .POST,
                headers: headers,
                body: .byteBuffer(ByteBuffer(bytes: body))
            )
            return try await self.executeOnOpenConnection(request, until: .now() + TimeAmount(self.settings.requestTimeout))
        } catch {
            try Task.checkCancellation()
            throw self.failure(error, redacting: token)
        }
    }

    /// Executes the request, and repeats it once on a new connection when the server had closed the reused one.
    private func executeOnOpenConnection(
        _ request: HTTPClient.Request,
        until deadline: NIODeadline
    ) async throws -> EndpointResponse {
        do {
            return try await self.execute(request, self.client, until: deadline)
        } catch  where error is ReusedConnectionClosed || (error as? ChannelError) == .ioOnClosedChannel {
            // With the second error, the pool's connection was closed before the request was written.
            var request = request
            request.headers.add(name: "Connection", value: "close")
            return try await self.execute(request, self.repeater, until: deadline)
        }
    }

    /// Executes the request, whose response ends before the deadline.
    private func execute(
        _ request: HTTPClient.Request,
        _ client: HTTPClient,
        until deadline: NIODeadline
    ) async throws -> EndpointResponse {
        let collector = ResponseCollector(maximumBytes: self.settings.maximumResponseBytes)
        let exchange = client.execute(
            request: request,
            delegate: collector,
            eventLoop: .delegate(on: self.eventLoop),
            deadline: deadline
        )
        do {
            return try await withTaskCancellationHandler {
                try await exchange.futureResult.get()
            } onCancel: {
                exchange.cancel()
            }
        } catch {
            guard let response = collector.response(endedBy: error) else { throw error }
            return response
        }
    }

    /// Returns the error of a request without a response.
    private func failure(_ error: any Error, redacting token: APIToken) -> DeliveryError {
        let reason: String
        switch error {
        case is ResponseCollector.TooLong:
            reason = "the response is longer than \(self.settings.maximumResponseBytes) bytes"
        case let error as HTTPClientError where error == .deadlineExceeded:
            reason = "no complete response within \(self.settings.requestTimeout)"
        case let error as HTTPClientError where error == .proxyAuthenticationRequired:
            // As permanent as a wrong token.
            return .unauthorized("status 407: the proxy requires other credentials")
        case let error as HTTPClientError where error == .invalidProxyResponse:
            reason = "the proxy did not connect to the endpoint"
        case let error as HTTPClientError:
            reason = error.shortDescription
        default:
            reason = "\(error)"
        }
        return .retryable(token.redact(reason))
    }

    /// Closes the connections.
    func shutdown() async {
        try? await self.client.shutdown()
        try? await self.repeater.shutdown()
    }

    /// Begins to close the connections; does nothing after a shutdown.
    func abandon() {
        self.client.shutdown { _ in }
        self.repeater.shutdown { _ in }
    }
}

extension TimeAmount {
    fileprivate init(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        let (nanoseconds, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        self = overflow ? .hours(24) : .nanoseconds(nanoseconds) + .nanoseconds(attoseconds / 1_000_000_000)
    }
}
