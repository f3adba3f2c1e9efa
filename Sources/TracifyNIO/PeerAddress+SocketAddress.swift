public import NIOCore
public import Tracify

extension PeerAddress {
    /// The address of a socket, taken from its bytes: no text is made.
    ///
    /// - Parameter address: The other end of a connection, as `Channel.remoteAddress` has it.
    public init(_ address: SocketAddress?) {
        switch address {
        case .v4(let address):
            // `sockaddr_in` is family, port, address on every system; its members cannot be named from here, as the module
            // that defines them is SwiftNIO's own.
            self = withUnsafeBytes(of: address.address) { bytes in
                .ip(IPAddress(ipv4: UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 4, as: UInt32.self))))
            }
        case .v6(let address):
            // `sockaddr_in6` is family, port, flow label, address.
            self = withUnsafeBytes(of: address.address) { bytes in
                .ip(
                    IPAddress(
                        ipv6: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)),
                        UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self))
                    )
                )
            }
        case .unixDomainSocket:
            self = .unixSocket
        case nil:
            self = .unknown
        }
    }
}
