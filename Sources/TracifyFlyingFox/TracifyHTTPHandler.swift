#if FlyingFox
public import FlyingFox
public import Tracify

/// Wraps a handler: reports every request that it answers to an observer, and makes the request's visit ``Tracify/Visit/current`` for
/// it.
///
/// It never touches the response. An error that the handler throws passes through untouched and is not reported: what FlyingFox
/// answers for it is no page view.
///
/// ```swift
/// var routes = RoutedHTTPHandler()
/// routes.appendRoute("GET /") { _ in HTTPResponse(statusCode: .ok) }
/// let server = HTTPServer(port: 8080, handler: TracifyHTTPHandler(tracker, wrapping: routes))
/// ```
public struct TracifyHTTPHandler<Observer: RequestObserver, Handler: HTTPHandler>: HTTPHandler {
    private let observer: Observer
    private let handler: Handler

    /// Creates the wrapper.
    ///
    /// - Parameters:
    ///   - observer: Who is told: a ``Tracify/Tracker``, or a test's own.
    ///   - handler: What answers the requests.
    public init(_ observer: Observer, wrapping handler: Handler) {
        self.observer = observer
        self.handler = handler
    }

    /// Hands the request on and reports its answer.
    public func handleRequest(_ request: HTTPRequest) async throws -> HTTPResponse {
        let head = request.head
        let visit = self.observer.visit(for: head, from: PeerAddress(request.remoteAddress))
        let response = try await Visit.$current.withValue(visit) {
            try await self.handler.handleRequest(request)
        }
        self.observer.requestAnswered(head, of: visit, with: response.head)
        return response
    }
}
#endif
