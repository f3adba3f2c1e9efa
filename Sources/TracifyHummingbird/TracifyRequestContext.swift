//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Hummingbird
public import Hummingbird
public import NIOCore

/// A basic Hummingbird request context with the peer's address, for applications without a context of their own.
///
/// A custom context must conform to `RemoteAddressRequestContext`, Hummingbird's protocol for the address.
public struct TracifyRequestContext: RequestContext, RemoteAddressRequestContext {
    /// The values that Hummingbird stores with every request.
    public var coreContext: CoreRequestContextStorage
    /// The address of the connection's peer; `nil` if the channel does not know it.
    public let remoteAddress: SocketAddress?

    /// Creates the context of a request.
    ///
    /// - Parameter source: The source of the context, which has the connection's channel.
    public init(source: ApplicationRequestContextSource) {
        self.coreContext = CoreRequestContextStorage(source: source)
        self.remoteAddress = source.channel.remoteAddress
    }
}
#endif
