//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Vapor && Configuration && TestKit
import ServiceLifecycle
import Vapor

/// A service that runs a Vapor application.
///
/// On graceful shutdown the server accepts no new requests and completes those in flight. An application that is started as in
/// Vapor's template needs only a `TracifyLifecycle` instead.
struct VaporService: Service {
    private let application: Application
    private let onListening: @Sendable (_ port: Int) -> Void

    /// Creates the service.
    ///
    /// - Parameters:
    ///   - application: The application.
    ///   - onListening: The function to call with the port when the server listens.
    init(_ application: Application, onListening: @escaping @Sendable (_ port: Int) -> Void) {
        self.application = application
        self.onListening = onListening
    }

    func run() async throws {
        do {
            try await self.serve()
        } catch {
            try? await self.application.asyncShutdown()
            throw error
        }
        try await self.application.asyncShutdown()
    }

    /// Runs the server without Vapor's serve command, which would handle the signals that the service group handles.
    private func serve() async throws {
        try await self.application.asyncBoot()
        let server = self.application.http.server.shared
        try await server.start(address: nil)
        self.onListening(server.localAddress?.port ?? server.configuration.port)
        try? await gracefulShutdown()
        await server.shutdown()
    }
}
#endif
