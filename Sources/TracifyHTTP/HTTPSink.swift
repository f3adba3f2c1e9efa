//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import AsyncHTTPClient
#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
import NIOCore
import NIOHTTP1
import NIOPosix
package import NIOSSL
public import Tracify

/// Sends batches to Tracify's server-side events API.
///
/// It sends one request for each batch, over persistent connections. Redirects are not followed, because the token must not travel to
/// another host. Responses are classified by the contract, section "Delivery classes".
public final class HTTPSink: EventSink {
    private let configuration: Configuration
    private let client: HTTPClient

    /// Creates a sink.
    ///
    /// It connects with the first batch.
    ///
    /// - Parameter configuration: The token, the endpoint and the limits.
    /// - Throws: `ValidationError` naming a setting that is out of range.
    public convenience init(configuration: Configuration) throws(ValidationError) {
        try self.init(configuration: configuration, tls: nil)
    }

    /// Creates a sink that trusts other authorities than the system's.
    package init(configuration: Configuration, tls: TLSConfiguration?) throws(ValidationError) {
        try configuration.validate()
        self.configuration = configuration
        var client = HTTPClient.Configuration(
            tlsConfiguration: tls,
            redirectConfiguration: .disallow,
            timeout: HTTPClient.Configuration.Timeout(
                connect: TimeAmount(configuration.connectTimeout),
                read: TimeAmount(configuration.readTimeout)
            )
        )
        // Retries are the tracker's.
        client.connectionPool.retryConnectionEstablishment = false
        self.client = HTTPClient(eventLoopGroup: MultiThreadedEventLoopGroup.singleton, configuration: client)
    }

    deinit {
        // For a sink whose tracker never ran and so never shut it down. After a shutdown this does nothing.
        self.client.shutdown { _ in }
    }

    /// Sends the batch and reads the response.
    ///
    /// - Parameter batch: The batch.
    /// - Throws: `DeliveryError`; `CancellationError` when the task is cancelled.
    public func deliver(_ batch: EventBatch) async throws {
        var request = HTTPClientRequest(url: self.configuration.endpoint.url)
        request.method = .POST
        request.headers = [
            "tracify-token": self.configuration.token.value,
            "Content-Type": "application/json",
            "Accept": "application/json",
            "User-Agent": "swift-tracify",
        ]
        request.body = .bytes(ByteBuffer(bytes: batch.body))

        let response: EndpointResponse
        do {
            response = try await self.executeInTime(request)
        } catch {
            try Task.checkCancellation()
            throw self.failure(error)
        }
        try response.check(redacting: self.configuration.token)
    }

    private struct RequestTimeout: Error {}

    /// Limits the whole exchange.
    ///
    /// The client's own timeout ends with the response's head. A request that is cut off has ended when this returns, so it never
    /// overlaps its retry.
    private func executeInTime(_ request: HTTPClientRequest) async throws -> EndpointResponse {
        try await withThrowingTaskGroup(of: EndpointResponse?.self) { group in
            group.addTask { try await self.execute(request) }
            group.addTask {
                // The real clock, because the exchange goes over a real socket.
                try await Task.sleep(for: self.configuration.requestTimeout)
                return nil
            }
            defer { group.cancelAll() }
            guard let response = try await group.next() ?? nil else { throw RequestTimeout() }
            return response
        }
    }

    private func execute(_ request: HTTPClientRequest) async throws -> EndpointResponse {
        let response = try await self.client.execute(request, timeout: TimeAmount(self.configuration.requestTimeout))
        let body = try await response.body.collect(upTo: self.configuration.maximumResponseBytes)
        return EndpointResponse(
            status: Int(response.status.code),
            retryAfter: response.headers.first(name: "Retry-After").flatMap { RetryAfter.parse($0, now: Date()) },
            body: [UInt8](body.readableBytesView)
        )
    }

    /// Returns the error of a request without a response, which is transient.
    private func failure(_ error: any Error) -> DeliveryError {
        let reason: String
        switch error {
        case is NIOTooManyBytesError:
            reason = "the response is longer than \(self.configuration.maximumResponseBytes) bytes"
        case is RequestTimeout:
            reason = "no complete response within \(self.configuration.requestTimeout)"
        case let error as HTTPClientError:
            reason = error.shortDescription
        default:
            reason = "\(error)"
        }
        return .retryable(self.configuration.token.redact(reason))
    }

    /// Closes the connections.
    public func shutdown() async {
        try? await self.client.shutdown()
    }
}

extension HTTPSink: CustomStringConvertible, CustomReflectable {
    /// The endpoint, and not the token.
    public var description: String { "HTTPSink(\(self.configuration.endpoint))" }
    /// Empty.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

extension TimeAmount {
    fileprivate init(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        let (nanoseconds, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        self = overflow ? .hours(24) : .nanoseconds(nanoseconds) + .nanoseconds(attoseconds / 1_000_000_000)
    }
}
