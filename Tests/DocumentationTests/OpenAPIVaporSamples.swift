//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Vapor
import Tracify
import TracifyVapor
import Vapor

// A stand-in of that of swift-openapi-vapor.
private struct VaporTransport: ServerTransport {
    let routesBuilder: any RoutesBuilder
}

private func register(_ app: Application, _ tracker: Tracker) throws {
    // sample begin
    app.lifecycle.use(TracifyLifecycle(tracker))
    app.middleware.use(TracifyMiddleware(tracker))
    try ShopAPI(tracker: tracker).registerHandlers(on: VaporTransport(routesBuilder: app))
    // sample end
}
#endif
