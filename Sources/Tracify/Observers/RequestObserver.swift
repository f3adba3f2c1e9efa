//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

public import HTTPTypes

/// An observer of a server's requests.
///
/// This is what an adapter for a server framework calls. Both requirements are called on the request's own task: they return at
/// once, do no I/O, never throw and never change the response.
///
/// ## Attaching a server
///
/// For each request call ``visit(for:from:)`` when its head has arrived, run the handler with the result as ``Visit/current``,
/// and call ``requestCompleted(_:response:visit:)`` when the response's head is known, whatever the status:
///
/// ```swift
/// let visit = observer.visit(for: request, from: peer)
/// let response = try await Visit.$current.withValue(visit) { try await handler(request) }
/// observer.requestCompleted(request, response: response, visit: visit)
/// ```
///
/// When the handler throws, the server creates a response of its own: report its status, and rethrow the error.
public protocol RequestObserver: Sendable {
    /// Returns the visit that a request belongs to.
    ///
    /// - Parameters:
    ///   - request: The request's head.
    ///   - peer: The connection's peer, as the socket says, not a header field.
    /// - Returns: The visit.
    func visit(for request: HTTPRequest, from peer: PeerAddress) -> Visit

    /// Observes a request whose response's head is known.
    ///
    /// - Parameters:
    ///   - request: The request's head.
    ///   - response: The response's head.
    ///   - visit: The visit that ``visit(for:from:)`` returned for the request.
    func requestCompleted(_ request: HTTPRequest, response: HTTPResponse, visit: consuming Visit)
}

extension RequestObserver {
    /// Returns the visit by the default rules.
    public func visit(for request: HTTPRequest, from peer: PeerAddress) -> Visit {
        Visit(request, from: peer)
    }

    /// Observes a request in one call, for a server whose handlers need no ``Visit/current``.
    ///
    /// - Parameters:
    ///   - request: The request's head.
    ///   - peer: The connection's peer.
    ///   - response: The response's head.
    public func requestCompleted(_ request: HTTPRequest, from peer: PeerAddress, response: HTTPResponse) {
        self.requestCompleted(request, response: response, visit: self.visit(for: request, from: peer))
    }
}
