//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Vapor && Configuration
import Configuration
import Tracify
import TracifyConfiguration
import TracifyVapor
import Vapor

// sample begin
func configure(_ app: Application) async throws {
    let tracker = try Tracker(config: ConfigReader(provider: EnvironmentVariablesProvider()))
    app.lifecycle.use(TracifyLifecycle(tracker))
    app.middleware.use(TracifyMiddleware(tracker))

    app.post("checkout") { request async throws -> HTTPStatus in
        let order = try Order(id: "1001", currency: .eur, amount: Amount("49.90"))
        await tracker.reportOrder(order)
        return .ok
    }
}
// sample end

private func main() async throws {
    // sample begin
    let app = try await Application.make(.detect())
    do {
        try await configure(app)
        try await app.execute()
    } catch {
        try? await app.asyncShutdown()
        throw error
    }
    try await app.asyncShutdown()
    // sample end
}

private func future(_ app: Application, _ tracker: Tracker, _ order: Order) {
    // sample begin
    app.post("orders") { request -> EventLoopFuture<HTTPStatus> in
        let visit = request.visit
        return request.eventLoop.makeFutureWithTask {
            await tracker.reportOrder(order, by: visit)
            return .ok
        }
    }
    // sample end
}

private func errors(_ app: Application) {
    // sample begin
    app.middleware = Middlewares()
    app.middleware.use(RouteLoggingMiddleware())
    app.middleware.use(
        ErrorMiddleware { request, error in
            let abort = error as? any AbortError
            request.logger.warning("\(request.method) \(request.url.path): \(abort?.reason ?? "\(type(of: error))")")
            return Response(status: abort?.status ?? .internalServerError, headers: abort?.headers ?? [:])
        }
    )
    // sample end
}

private func docComments(_ app: Application, _ tracker: Tracker) {
    // sample begin
    app.lifecycle.use(TracifyLifecycle(tracker))
    // sample end
    // sample begin
    app.middleware.use(TracifyMiddleware(tracker))
    // sample end
}
#endif
