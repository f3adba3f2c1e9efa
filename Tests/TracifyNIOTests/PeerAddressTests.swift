//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import NIOCore
import Testing
import Tracify
import TracifyNIO

struct PeerAddressTests {
    @Test func convertsSocketAddresses() throws {
        #expect(PeerAddress(try SocketAddress(ipAddress: "198.51.100.7", port: 80)) == PeerAddress(text: "198.51.100.7"))
        #expect(PeerAddress(try SocketAddress(ipAddress: "2001:db8::1:2", port: 80)) == PeerAddress(text: "2001:db8::1:2"))
        #expect(PeerAddress(try SocketAddress(ipAddress: "::ffff:198.51.100.7", port: 80)) == PeerAddress(text: "198.51.100.7"))
        #expect(PeerAddress(try SocketAddress(unixDomainSocketPath: "/run/shop.sock")) == .unixSocket)
        #expect(PeerAddress(SocketAddress?.none) == .unknown)
    }
}
