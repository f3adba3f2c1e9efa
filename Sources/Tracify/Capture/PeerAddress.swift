//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// The address of a connection's peer, as the server's socket reports it.
///
/// Adapters create it from their framework's address type without formatting a text, which would be costly on the request's task.
/// The exporter formats the address when it anonymizes it.
public enum PeerAddress: Sendable, Hashable {
    /// An IPv4 or IPv6 address.
    case ip(IPAddress)
    /// A Unix domain socket, which has no address: the peer is a process on the same machine, such as a proxy.
    case unixSocket
    /// No address, because the server does not report one.
    case unknown

    /// Creates a peer address from the textual form of an IP address.
    ///
    /// A zone (`%eth0`) is removed. Any text that is not an address results in ``unknown``.
    ///
    /// - Parameter text: The address, without a port.
    public init(text: String) {
        let address = text.utf8.firstIndex(of: UInt8(ascii: "%")).map { text[..<$0] } ?? text[...]
        self = IPAddress(address).map(PeerAddress.ip) ?? .unknown
    }

    /// Whether the peer is on the same machine or in a private network, as a proxy usually is.
    package var isPrivate: Bool {
        switch self {
        case .ip(let address): IPNetwork.privateNetworks.contains { $0.contains(address) }
        case .unixSocket: true
        case .unknown: false
        }
    }

    /// The IP address; `nil` for any other peer.
    var ip: IPAddress? {
        if case .ip(let address) = self { address } else { nil }
    }
}
