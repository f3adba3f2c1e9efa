#if Vapor && Configuration && TestKit
import ServiceLifecycle
import Vapor

/// A Vapor application that ends with its service group: its server first takes no new requests and answers those it has.
///
/// An application that is run as Vapor's template does it needs none of this, but a `TracifyLifecycle`.
struct VaporService: Service {
    private let application: Application
    private let onListening: @Sendable (_ port: Int) -> Void

    /// Creates the service.
    ///
    /// - Parameters:
    ///   - application: The application.
    ///   - onListening: Called with the port when the server listens.
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

    /// Serves without Vapor's command, which would listen for the signals that are the service group's.
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
