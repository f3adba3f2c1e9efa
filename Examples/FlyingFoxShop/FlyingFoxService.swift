#if FlyingFox && Configuration && TestKit
import FlyingFox
import FlyingSocks
import Foundation
import ServiceLifecycle
import ShopKit

/// A FlyingFox server that ends with its service group: it takes no new connections then, and answers the requests that it has
/// read. One that is still being read is dropped, unanswered: FlyingFox ends a connection that waits for bytes.
struct FlyingFoxService: Service {
    private let server: HTTPServer
    private let onListening: @Sendable (_ port: Int) -> Void

    /// How long requests have that are in flight at the end, in seconds. FlyingFox waits it out on Linux even when there are none:
    /// closing a socket does not wake who waits for its connections there.
    private static let deadline = 1.0

    /// Creates the service.
    ///
    /// - Parameters:
    ///   - host: The address to listen at; `localhost` is 127.0.0.1.
    ///   - port: The port to listen at, 0 for any that is free.
    ///   - handler: What answers the requests.
    ///   - onListening: Called with the port when the server listens.
    /// - Throws: `ListeningError` when the host is no address.
    init(host: String, port: Int, handler: some HTTPHandler, onListening: @escaping @Sendable (_ port: Int) -> Void) throws {
        let host = host == "localhost" ? "127.0.0.1" : host
        let port = UInt16(clamping: port)
        if let address = try? sockaddr_in.inet(ip4: host, port: port) {
            self.server = HTTPServer(address: address, logger: .disabled, handler: handler)
        } else if let address = try? sockaddr_in6.inet6(ip6: host, port: port) {
            self.server = HTTPServer(address: address, logger: .disabled, handler: handler)
        } else {
            throw ListeningError.host
        }
        self.onListening = onListening
    }

    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.serve() }
            group.addTask {
                try await self.server.waitUntilListening()
                self.onListening(await self.port)
                try await gracefulShutdown()
                await self.server.stop(timeout: Self.deadline)
            }
            // Throws at the first failure, and ends the other.
            while try await group.next() != nil {}
        }
    }

    private func serve() async throws {
        do {
            try await self.server.run()
        } catch SocketError.failed(_, let errno, _) where ListeningError(errno: errno) != nil {
            throw ListeningError(errno: errno) ?? .port
        } catch  where Task.isShuttingDownGracefully {
            // How FlyingFox says that its socket was closed.
        }
    }

    private var port: Int {
        get async {
            switch await self.server.listeningAddress {
            case .ip4(_, let port), .ip6(_, let port): Int(port)
            case .unix, nil: 0
            }
        }
    }
}
#endif
