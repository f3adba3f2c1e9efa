//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if FlyingFox && Configuration && TestKit
import FlyingFox
import FlyingSocks
import Foundation
import ServiceLifecycle
import ShopKit

/// A service that runs a FlyingFox server.
///
/// On graceful shutdown the server accepts no new connections and completes the requests that it has read. A request that is
/// still being read is dropped without a response, because FlyingFox closes a connection that waits for bytes.
struct FlyingFoxService: Service {
    private let server: HTTPServer
    private let onListening: @Sendable (_ port: Int) -> Void

    /// The time for requests in flight at shutdown, in seconds.
    ///
    /// On Linux, FlyingFox always waits for this time: closing a socket there does not wake the task that accepts its
    /// connections.
    private static let deadline = 1.0

    /// Creates the service.
    ///
    /// - Parameters:
    ///   - host: The address to listen on; `localhost` is 127.0.0.1.
    ///   - port: The port to listen on, 0 for any free port.
    ///   - handler: The handler of the requests.
    ///   - onListening: The function to call with the port when the server listens.
    /// - Throws: `ListeningError` if the host is not an address.
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
            // Throws at the first failure, which cancels the other task.
            while try await group.next() != nil {}
        }
    }

    private func serve() async throws {
        do {
            try await self.server.run()
        } catch SocketError.failed(_, let errno, _) where ListeningError(errno: errno) != nil {
            throw ListeningError(errno: errno) ?? .port
        } catch  where Task.isShuttingDownGracefully {
            // FlyingFox throws when its listening socket is closed.
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
