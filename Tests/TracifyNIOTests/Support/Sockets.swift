//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import NIOCore
import NIOPosix

/// Runs a server on a real socket while `body` runs.
func withServer<Result>(
    bindingTo address: SocketAddress? = nil,
    _ initializer: @escaping @Sendable (any Channel) -> EventLoopFuture<Void>,
    _ body: (SocketAddress) async throws -> Result
) async throws -> Result {
    let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
        .childChannelInitializer(initializer)
        .bind(to: address ?? SocketAddress(ipAddress: "127.0.0.1", port: 0))
        .get()
    do {
        guard let address = server.localAddress else { throw ChannelError.unknownLocalAddress }
        let result = try await body(address)
        try await server.close()
        return result
    } catch {
        try? await server.close()
        throw error
    }
}

/// A client that writes and reads raw bytes.
struct RawClient {
    private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    private let inbound: SharedIterator

    /// An iterator that keeps the received text after the last returned part.
    private final class SharedIterator {
        var base: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
        var received = ""

        init(_ base: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator) {
            self.base = base
        }
    }

    /// Connects, and closes when `body` has returned.
    static func connected(to address: SocketAddress, _ body: (RawClient) async throws -> Void) async throws {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(to: address) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        try await channel.executeThenClose { inbound, outbound in
            try await body(RawClient(outbound: outbound, inbound: SharedIterator(inbound.makeAsyncIterator())))
        }
    }

    func write(_ text: String) async throws {
        try await self.outbound.write(ByteBuffer(string: text))
    }

    /// Reads until `mark` was received `count` times, or the connection ends.
    ///
    /// - Returns: The text up to the last mark.
    func read(_ count: Int = 1, of mark: String) async throws -> String {
        while self.inbound.received.components(before: mark, count) == nil {
            guard let buffer = try await self.inbound.base.next() else { break }
            self.inbound.received += String(buffer: buffer)
        }
        let read = self.inbound.received.components(before: mark, count) ?? self.inbound.received
        self.inbound.received.removeFirst(read.count)
        return read
    }
}

extension String {
    /// Returns the text up to the given occurrence of the mark, or `nil` if there are fewer.
    fileprivate func components(before mark: String, _ count: Int) -> String? {
        var rest = self[...]
        for _ in 0..<count {
            guard let range = rest.firstRange(of: mark) else { return nil }
            rest = rest[range.upperBound...]
        }
        return String(self[..<rest.startIndex])
    }
}
