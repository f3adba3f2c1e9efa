public import HTTPTypes

/// Told of the requests that a server answers. This is what an adapter for a server framework calls.
///
/// Both requirements are called on the request's own task: they return at once, do no I/O, never throw and never change the
/// answer.
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
/// When the handler throws, the server makes an answer of its own, which is no page view: let the error pass, and report nothing.
public protocol RequestObserver: Sendable {
    /// A request's head has arrived.
    ///
    /// - Parameters:
    ///   - request: The request's head.
    ///   - peer: Who is at the other end of the connection, by its socket. Not what a header says.
    /// - Returns: The visit that the request belongs to.
    func visit(for request: HTTPRequest, from peer: PeerAddress) -> Visit

    /// A request has been answered: the response's head is known.
    ///
    /// - Parameters:
    ///   - request: The request's head.
    ///   - visit: What ``visit(for:from:)`` returned for it.
    ///   - response: The response's head.
    func requestCompleted(_ request: HTTPRequest, response: HTTPResponse, visit: Visit)
}

extension RequestObserver {
    /// The visit by the default rules.
    public func visit(for request: HTTPRequest, from peer: PeerAddress) -> Visit {
        Visit(request, from: peer)
    }

    /// Reports a request in one call, for a server whose handlers need no ``Visit/current``.
    ///
    /// - Parameters:
    ///   - request: The request's head.
    ///   - peer: Who is at the other end of the connection.
    ///   - response: The response's head.
    public func requestCompleted(_ request: HTTPRequest, from peer: PeerAddress, response: HTTPResponse) {
        self.requestCompleted(request, response: response, visit: self.visit(for: request, from: peer))
    }
}
