//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Testing

@testable import Tracify

struct URLBytesTests {
    private static let alphanumerics = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

    @Test func alphanumericsAreTheLettersAndDigitsOfASCII() {
        let expected = Set(URLBytesTests.alphanumerics.utf8)
        #expect((UInt8.min...UInt8.max).allSatisfy { URLBytes.isAlphanumeric($0) == expected.contains($0) })
    }

    /// RFC 3986, section 3.3.
    @Test func pathsHaveTheirCharactersUnescaped() {
        let expected = Set((URLBytesTests.alphanumerics + "-._~" + "!$&'()*+,;=" + ":@" + "/").utf8)
        #expect((UInt8.min...UInt8.max).allSatisfy { URLBytes.isPath($0) == expected.contains($0) })
    }
}
