//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

public import Tracify

/// Sends batches to Tracify's server-side events API.
///
/// It sends one request for each batch, over persistent connections, with TLS 1.2 or later. Redirects are not followed, because the
/// token must not travel to another host. Responses are classified by the contract, section "Delivery classes".
///
/// A request is repeated at once in two cases only: on a new connection when the server had closed an idle one, and with a new token
/// when the destination refuses the old one and the token comes from a file. All other retries are the tracker's.
public final class HTTPSink: EventSink {
    private let configuration: Configuration
    private let token: CurrentToken
    private let transport: HTTPTransport

    /// Creates a sink.
    ///
    /// It reads the files of the token and of the certificate authorities. It connects with the first batch.
    ///
    /// - Parameter configuration: The token, the endpoint and the limits.
    /// - Throws: `ValidationError` naming a setting that is out of range, or whose file cannot be used.
    public init(configuration: Configuration) throws(ValidationError) {
        try configuration.validate()
        self.configuration = configuration
        self.token = try CurrentToken(configuration.token)
        self.transport = try HTTPTransport(configuration.transport)
    }

    deinit {
        // For a sink whose tracker never ran and so never shut it down.
        self.transport.abandon()
    }

    /// Sends the batch and reads the response.
    ///
    /// - Parameter batch: The batch.
    /// - Throws: `DeliveryError`; `CancellationError` when the task is cancelled.
    public func deliver(_ batch: EventBatch) async throws {
        let token = self.token.value
        let response = try await self.transport.send(batch.body, token: token)
        guard response.isTokenRefused, self.token.isReplaceable else { return try response.check(redacting: token) }

        let newToken: APIToken
        do {
            newToken = try await self.token.reread()
        } catch let error as ValidationError {
            throw DeliveryError.unauthorized("status \(response.status), and the token cannot be read again: \(error)")
        }
        guard newToken != token else { return try response.check(redacting: token) }
        let newResponse = try await self.transport.send(batch.body, token: newToken)
        try newResponse.check(redacting: token, newToken)
    }

    /// Closes the connections.
    public func shutdown() async {
        await self.transport.shutdown()
    }
}

extension HTTPSink: CustomStringConvertible, CustomReflectable {
    /// The endpoint, and not the token.
    public var description: String { "HTTPSink(\(self.configuration.endpoint))" }
    /// Empty.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
