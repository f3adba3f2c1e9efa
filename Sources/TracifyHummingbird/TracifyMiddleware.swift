//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Hummingbird
public import Hummingbird
public import Tracify
import TracifyNIO

/// A middleware that reports the requests of a router to an observer.
///
/// While the next responder runs, the request's visit is `Visit.current`. The response is never changed. An error that
/// a handler throws passes through unchanged, and is reported with its status: of a redirect that is thrown, the campaign parameters are
/// kept like those of one that is returned.
///
/// ```swift
/// let router = Router(context: TracifyRequestContext.self)
/// router.add(middleware: TracifyMiddleware(tracker))
/// ```
public struct TracifyMiddleware<Context: RemoteAddressRequestContext, Observer: RequestObserver>: RouterMiddleware {
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
    ///   - request: The request.
    ///   - context: The context, which has the peer's address.
    ///   - next: The next responder.
    /// - Returns: The response of the next responder.
    /// - Throws: The error of the next responder.
    public func handle(
        _ request: Request,
        context: Context,
        next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        let visit = self.observer.visit(for: request.head, from: PeerAddress(context.remoteAddress))
        do {
            let response = try await Visit.$current.withValue(visit) {
                try await next(request, context)
            }
            self.observer.requestCompleted(request.head, response: response.head, visit: visit)
            return response
        } catch {
            let status = (error as? any HTTPResponseError)?.status ?? .internalServerError
            self.observer.requestCompleted(request.head, response: HTTPResponse(status: status), visit: visit)
            throw error
        }
    }
}
#endif
