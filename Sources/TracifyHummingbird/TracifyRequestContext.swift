#if Hummingbird
public import Hummingbird
public import NIOCore

/// Hummingbird's basic request context with the client's address in it, for applications that have no context of their own.
///
/// A context of one's own needs `RemoteAddressRequestContext`, Hummingbird's protocol for the address.
public struct TracifyRequestContext: RequestContext, RemoteAddressRequestContext {
    /// What Hummingbird keeps with every request.
    public var coreContext: CoreRequestContextStorage
    /// The address at the other end of the connection.
    public let remoteAddress: SocketAddress?

    /// Creates the context of a request.
    public init(source: ApplicationRequestContextSource) {
        self.coreContext = CoreRequestContextStorage(source: source)
        self.remoteAddress = source.channel.remoteAddress
    }
}
#endif
