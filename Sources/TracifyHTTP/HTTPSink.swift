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
/// One request a batch, over connections that are kept. Redirects are not followed, as the token must not travel to another host.
/// What an answer means is the contract's, section "Delivery classes".
public final class HTTPSink: EventSink {
    private let configuration: Configuration
    private let client: HTTPClient

    /// Creates a sink. It connects with the first batch.
    ///
    /// - Parameter configuration: The token, the endpoint and the limits.
    public convenience init(configuration: Configuration) {
        self.init(configuration: configuration, tls: nil)
    }

    /// A sink that trusts other authorities than the system's.
    package init(configuration: Configuration, tls: TLSConfiguration?) {
        let configuration = configuration.clamped()
        self.configuration = configuration
        var client = HTTPClient.Configuration(
            tlsConfiguration: tls,
            redirectConfiguration: .disallow,
            timeout: HTTPClient.Configuration.Timeout(
                connect: TimeAmount(configuration.connectTimeout),
                read: TimeAmount(configuration.readTimeout)
            )
        )
        // A request that failed is the tracker's to send again.
        client.connectionPool.retryConnectionEstablishment = false
        self.client = HTTPClient(eventLoopGroup: MultiThreadedEventLoopGroup.singleton, configuration: client)
    }

    deinit {
        // For a sink that was never shut down, as its tracker never ran. After a shutdown this does nothing.
        self.client.shutdown { _ in }
    }

    /// Sends the batch and reads the answer.
    ///
    /// - Throws: ``Tracify/DeliveryError``; `CancellationError` when the task is cancelled.
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

        let answer: Answer
        do {
            answer = try await self.executeInTime(request)
        } catch {
            try Task.checkCancellation()
            throw self.failure(error)
        }
        try answer.check(redactedBy: self.configuration.token)
    }

    private struct RequestTimeout: Error {}

    /// The client's own deadline ends with the answer's head; the body is bounded here.
    private func executeInTime(_ request: HTTPClientRequest) async throws -> Answer {
        try await withThrowingTaskGroup(of: Answer?.self) { group in
            group.addTask { try await self.execute(request) }
            group.addTask {
                // The real clock: what is bounded is a real exchange over a socket.
                try await Task.sleep(for: self.configuration.requestTimeout)
                return nil
            }
            defer { group.cancelAll() }
            guard let answer = try await group.next() ?? nil else { throw RequestTimeout() }
            return answer
        }
    }

    private func execute(_ request: HTTPClientRequest) async throws -> Answer {
        let response = try await self.client.execute(request, timeout: TimeAmount(self.configuration.requestTimeout))
        let body = try await response.body.collect(upTo: self.configuration.maximumResponseBytes)
        return Answer(
            status: Int(response.status.code),
            retryAfter: response.headers.first(name: "Retry-After").flatMap { RetryAfter.parse($0, now: Date()) },
            body: [UInt8](body.readableBytesView)
        )
    }

    /// Whatever kept the request from being answered may pass.
    private func failure(_ error: any Error) -> DeliveryError {
        let reason: String
        switch error {
        case is NIOTooManyBytesError:
            reason = "the answer is longer than \(self.configuration.maximumResponseBytes) bytes"
        case is RequestTimeout:
            reason = "no whole answer within \(self.configuration.requestTimeout)"
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
