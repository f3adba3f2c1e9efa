//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import AsyncHTTPClient
#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization
import Tracify

/// The response of an endpoint to a request without a token and without events, for tools.
package struct EndpointProbe: Sendable {
    /// The status of the response.
    package let status: Int
    /// The destination's clock minus this machine's, to the second; `nil` when the response has no date.
    package let clockDifference: Duration?
    /// The end of the certificate's validity; `nil` without TLS.
    package let certificateEnd: Date?

    /// A failure to get a response.
    package enum Failure: Error, Hashable, Sendable {
        /// The host has no address.
        case unknownHost
        /// Nothing listens there.
        case refused
        /// No connection or response in time.
        case timeout
        /// TLS failed: the certificate is not trusted, or the server has no TLS.
        case tls(String)
        /// The proxy did not connect.
        case proxy(String)
        /// Anything else, in one line.
        case other(String)
    }

    /// Sends a GET request, which the events API does not accept, over a connection as the sink's.
    ///
    /// - Parameters:
    ///   - configuration: The settings of the sink. The token is not sent.
    ///   - now: Returns the time.
    /// - Throws: ``Failure``.
    package init(_ configuration: HTTPSink.Configuration, now: @Sendable () -> Date = { Date() }) async throws(Failure) {
        let certificate = CertificateBox()
        let client: HTTPClient
        do {
            var settings = try HTTPTransport.clientConfiguration(configuration.transport)
            settings.http1_1ConnectionDebugInitializer = { channel in certificate.read(from: channel) }
            client = HTTPClient(eventLoopGroup: MultiThreadedEventLoopGroup.singleton, configuration: settings)
        } catch {
            throw .other("\(error)")
        }
        var request = HTTPClientRequest(url: configuration.endpoint.url)
        request.headers = ["Accept": "application/json", "User-Agent": "swift-tracify"]
        let head: (status: Int, date: String?)
        do {
            let response = try await client.execute(request, timeout: .seconds(15))
            head = (Int(response.status.code), response.headers.first(name: "Date"))
        } catch {
            try? await client.shutdown()
            throw EndpointProbe.failure(error, hasProxy: configuration.proxy != nil)
        }
        let date = now()
        try? await client.shutdown()
        self.status = head.status
        self.clockDifference = head.date.flatMap { RetryAfter.date($0, now: date) }
            .map { .seconds($0 - Int64(date.timeIntervalSince1970)) }
        self.certificateEnd = certificate.end.map { Date(timeIntervalSince1970: Double($0)) }
    }

    private static func failure(_ error: any Error, hasProxy: Bool) -> Failure {
        switch error {
        case let error as HTTPClientError where error == .connectTimeout || error == .deadlineExceeded || error == .readTimeout:
            return .timeout
        case let error as HTTPClientError where error == .proxyAuthenticationRequired || error == .invalidProxyResponse:
            return .proxy(error.shortDescription)
        case let error as HTTPClientError:
            return .other(error.shortDescription)
        case is SocketAddressError.UnknownHost:
            return .unknownHost
        case let error as NIOConnectionError:
            guard let cause = error.connectionErrors.first?.error else { return .unknownHost }
            return self.failure(cause, hasProxy: hasProxy)
        case let error as IOError where error.errnoCode == ECONNREFUSED:
            return hasProxy ? .proxy("nothing listens at its address") : .refused
        case is NIOSSLError, is BoringSSLError, is NIOSSLExtraError:
            return .tls("\(error)")
        default:
            return .other("\(error)")
        }
    }
}

/// The certificate of a connection, which its event loop reads.
private final class CertificateBox: Sendable {
    private let seconds = Mutex<Int?>(nil)

    var end: Int? { self.seconds.withLock { $0 } }

    func read(from channel: any Channel) -> EventLoopFuture<Void> {
        channel.eventLoop.submit {
            guard let certificate = try? channel.pipeline.syncOperations.nioSSL_peerCertificate() else { return }
            self.seconds.withLock { $0 = Int(certificate.notValidAfter) }
        }
    }
}
