#if Vapor
import HTTPTypes
public import NIOCore
public import Tracify
import TracifyNIO
public import Vapor

/// Reports every answered request to an observer, and makes the request's visit known to its handler.
///
/// It never touches the response. An error that a handler throws passes through untouched and is not reported: what Vapor
/// answers for it is no page view, nor is the answer to a path without a route.
///
/// ```swift
/// app.middleware.use(TracifyMiddleware(tracker))
/// ```
///
/// ## Where to add it
///
/// After the middleware that reads sessions, or waits for something else with futures: in front of such a one, all that the
/// handlers see of the visit is `request.visit`, and not ``Tracify/Visit/current``. Before `FileMiddleware`, if the files are pages.
/// Vapor's `ErrorMiddleware` may stand on either side: an answer that it makes is none that counts.
///
/// ## In a handler
///
/// In an `async` handler the visit is ``Tracify/Visit/current``. Vapor calls every other handler where a task-local value does not
/// reach if the request's body came in several parts, and so it calls the callbacks of an `EventLoopFuture`: hand on
/// `request.visit` there.
public struct TracifyMiddleware<Observer: RequestObserver>: Middleware {
    private let observer: Observer

    /// Creates the middleware.
    ///
    /// - Parameter observer: Who is told: a ``Tracify/Tracker``, or a test's own.
    public init(_ observer: Observer) {
        self.observer = observer
    }

    /// Hands the request on and reports its answer.
    public func respond(to request: Request, chainingTo next: any Responder) -> EventLoopFuture<Response> {
        guard let head = HTTPRequest(request) else { return next.respond(to: request) }
        let visit = self.observer.visit(for: head, from: PeerAddress(request.remoteAddress))
        request.visit = visit
        // The task of an `async` handler is made in this call and inherits the value. A task of the middleware's own would only cost
        // every request a change of threads.
        return Visit.$current.withValue(visit) { next.respond(to: request) }
            .map { response in
                self.observer.requestAnswered(head, of: visit, with: HTTPResponse(response))
                return response
            }
    }
}
#endif
