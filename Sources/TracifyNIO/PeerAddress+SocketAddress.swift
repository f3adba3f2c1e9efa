//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

public import NIOCore
public import Tracify

extension PeerAddress {
    /// Creates a peer address from the bytes of a socket address, without formatting a text.
    ///
    /// - Parameter address: The address of the peer, as `Channel.remoteAddress` returns it; `nil` results in
    ///   `PeerAddress.unknown`.
    public init(_ address: SocketAddress?) {
        switch address {
        case .v4(let address):
            // `sockaddr_in` is family, port, address on every system. Its members cannot be named here, because the module that
            // defines them is internal to SwiftNIO.
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
