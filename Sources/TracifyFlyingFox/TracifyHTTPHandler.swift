//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if FlyingFox
public import FlyingFox
public import Tracify

/// An HTTP handler that wraps another one and reports its requests to an observer.
///
/// While the wrapped handler runs, the request's visit is `Visit.current`. The response is never changed. An error that
/// the handler throws passes through unchanged, and is reported with the status of FlyingFox's response to it.
///
/// ```swift
/// var routes = RoutedHTTPHandler()
/// routes.appendRoute("GET /") { _ in HTTPResponse(statusCode: .ok) }
/// let server = HTTPServer(port: 8080, handler: TracifyHTTPHandler(tracker, wrapping: routes))
/// ```
public struct TracifyHTTPHandler<Observer: RequestObserver, Handler: HTTPHandler>: HTTPHandler {
    private let observer: Observer
    private let handler: Handler

    /// Creates a handler that wraps another one.
    ///
    /// - Parameters:
    ///   - observer: The observer: a `Tracker`, or a test's own.
    ///   - handler: The handler that responds to the requests.
    public init(_ observer: Observer, wrapping handler: Handler) {
        self.observer = observer
        self.handler = handler
    }

    /// Passes a request to the wrapped handler and reports it.
    ///
    /// - Parameter request: The request.
    /// - Returns: The response of the wrapped handler.
    /// - Throws: The error of the wrapped handler.
    public func handleRequest(_ request: HTTPRequest) async throws -> HTTPResponse {
        let head = request.head
        let visit = self.observer.visit(for: head, from: PeerAddress(request.remoteAddress))
        do {
            let response = try await Visit.$current.withValue(visit) {
                try await self.handler.handleRequest(request)
            }
            self.observer.requestCompleted(head, response: response.head, visit: visit)
            return response
        } catch {
            let status = error is HTTPUnhandledError ? HTTPStatusCode.notFound : .internalServerError
            self.observer.requestCompleted(head, response: HTTPResponse(statusCode: status).head, visit: visit)
            throw error
        }
    }
}
#endif
