//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Testing

@testable import Tracify

@Suite("Byte classes of URLs")
struct URLBytesTests {
    private static let alphanumerics = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

    @Test("Letters and digits of ASCII are alphanumeric, and no other byte")
    func alphanumerics() {
        let expected = Set(URLBytesTests.alphanumerics.utf8)
        #expect((UInt8.min...UInt8.max).allSatisfy { URLBytes.isAlphanumeric($0) == expected.contains($0) })
    }

    @Test("A path has the characters of RFC 3986, section 3.3, unescaped, and no other byte")
    func pathCharacters() {
        let expected = Set((URLBytesTests.alphanumerics + "-._~" + "!$&'()*+,;=" + ":@" + "/").utf8)
        #expect((UInt8.min...UInt8.max).allSatisfy { URLBytes.isPath($0) == expected.contains($0) })
    }
}
