//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if FlyingFox && Configuration
import Configuration
import FlyingFox
import Logging
import ServiceLifecycle
import Tracify
import TracifyConfiguration
import TracifyFlyingFox
import UnixSignals

// sample begin
struct FlyingFoxService: Service {
    let server: HTTPServer

    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                do {
                    try await self.server.run()
                } catch {
                    // FlyingFox throws when its socket is closed, also by `stop`.
                    guard Task.isShuttingDownGracefully else { throw error }
                }
            }
            group.addTask {
                try await gracefulShutdown()
                await self.server.stop(timeout: 1)
            }
            while try await group.next() != nil {}
        }
    }
}
// sample end

private func server() async throws {
    // sample begin
    let tracker = try Tracker(config: ConfigReader(provider: EnvironmentVariablesProvider()))

    var routes = RoutedHTTPHandler()
    routes.appendRoute("POST /checkout") { _ in
        let order = try Order(id: "1001", currency: .eur, amount: Amount("49.90"))
        await tracker.reportOrder(order)
        return HTTPResponse(statusCode: .ok)
    }
    let server = HTTPServer(port: 8080, handler: TracifyHTTPHandler(tracker, wrapping: routes))

    let group = ServiceGroup(
        services: [tracker, FlyingFoxService(server: server)],
        gracefulShutdownSignals: [.sigterm, .sigint],
        logger: Logger(label: "shop")
    )
    try await group.run()
    // sample end
}

private func docComments(_ tracker: Tracker) -> HTTPServer {
    // sample begin
    var routes = RoutedHTTPHandler()
    routes.appendRoute("GET /") { _ in HTTPResponse(statusCode: .ok) }
    let server = HTTPServer(port: 8080, handler: TracifyHTTPHandler(tracker, wrapping: routes))
    // sample end
    return server
}
#endif
