#if Hummingbird
public import Hummingbird
public import Tracify
import TracifyNIO

/// Reports every answered request to an observer, and makes the request's visit ``Tracify/Visit/current`` for its handler.
///
/// It never touches the response. An error that a handler throws passes through untouched and is not reported: what Hummingbird
/// answers for it is no page view.
///
/// ```swift
/// let router = Router(context: TracifyRequestContext.self)
/// router.add(middleware: TracifyMiddleware(tracker))
/// ```
public struct TracifyMiddleware<Context: RemoteAddressRequestContext, Observer: RequestObserver>: RouterMiddleware {
    private let observer: Observer

    /// Creates the middleware.
    ///
    /// - Parameter observer: Who is told: a ``Tracify/Tracker``, or a test's own.
    public init(_ observer: Observer) {
        self.observer = observer
    }

    /// Hands the request on and reports its answer.
    public func handle(
        _ request: Request,
        context: Context,
        next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        let visit = self.observer.visit(for: request.head, from: PeerAddress(context.remoteAddress))
        let response = try await Visit.$current.withValue(visit) {
            try await next(request, context)
        }
        self.observer.requestAnswered(request.head, of: visit, with: response.head)
        return response
    }
}
#endif
