//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Vapor
import HTTPTypes
public import NIOCore
public import Tracify
import TracifyNIO
public import Vapor

/// A middleware that reports requests to an observer and provides a request's visit to its handler.
///
/// The response is never changed. An error that a handler throws passes through unchanged, and is reported with its status: of a redirect
/// that is thrown, the campaign parameters are kept like those of one that is returned. A path without a route is reported only by a
/// middleware of the application, because Vapor runs no middleware of a group for it.
///
/// ```swift
/// app.middleware.use(TracifyMiddleware(tracker))
/// ```
///
/// ## Where to add it
///
/// Add it after the middleware that reads sessions, and after any other that waits with futures. Before such a middleware,
/// handlers see the visit only as `request.visit`, and not as `Visit.current`. Add it before `FileMiddleware` if the
/// files are pages. Vapor's `ErrorMiddleware` may be on either side.
///
/// ## In a handler
///
/// In an `async` handler, the visit is `Visit.current`. In any other handler, use `request.visit`: a task-local value does not reach the
/// callbacks of an `EventLoopFuture` and of a streamed response body, nor a handler that is not `async` when the request's body is
/// chunked, compressed or arrives in several parts, or when an `AsyncMiddleware` such as `FileMiddleware` is anywhere in the application.
///
/// ## The log of Vapor
///
/// Run Vapor's logger at `debug` or above. At `trace`, Vapor itself logs each request's head with the user agent and the query. At
/// `warning`, Vapor's `ErrorMiddleware` logs the URL and the user agent of each request whose handler throws an error. Replace it by an
/// `ErrorMiddleware` with a closure of your own, or run the logger at `error`.
public struct TracifyMiddleware<Observer: RequestObserver>: Middleware {
    private let observer: Observer

    /// Creates the middleware.
    ///
    /// - Parameter observer: The observer: a `Tracker`, or a test's own.
    public init(_ observer: Observer) {
        self.observer = observer
    }

    /// Passes a request to the next responder and reports it.
    ///
    /// - Parameters:
    ///   - request: The request, whose `visit` is set.
    ///   - next: The next responder.
    /// - Returns: The response of the next responder, or its error.
    public func respond(to request: Request, chainingTo next: any Responder) -> EventLoopFuture<Response> {
        // Where this middleware is attached twice, one between may have changed the request. The client's request is the first one's.
        guard let head = request.tracked?.head ?? HTTPRequest(request) else { return next.respond(to: request) }
        // A task-local value may be lost between two of these middlewares, but the request has the first one's visit.
        let visit = Visit.$current.withValue(request.visit ?? Visit.current) {
            self.observer.visit(for: head, from: PeerAddress(request.remoteAddress))
        }
        request.tracked = TrackedRequest(head: head, visit: visit)
        let inProgress = request.application.requestsInProgress
        inProgress?.begin()
        // The task of an `async` handler is created in this call and inherits the value. A task of the middleware's own would
        // cost every request a thread switch.
        let response = Visit.$current.withValue(visit) { next.respond(to: request) }
        // Callbacks run in the order in which they are added, so this one runs before the response is written.
        response.whenComplete { result in
            let reported =
                switch result {
                case .success(let response): response
                case .failure(let error): Response(status: (error as? any AbortError)?.status ?? .internalServerError)
                }
            self.observer.requestCompleted(head, response: HTTPResponse(reported), visit: visit)
            inProgress?.end()
        }
        return response
    }
}
#endif
