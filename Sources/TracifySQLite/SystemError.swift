//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if SQLite
#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// An error of a file operation that goes past SQLite.
package struct SystemError: Error, Equatable {
    /// The `errno`.
    let number: Int32

    package init(number: Int32) {
        self.number = number
    }

    /// The system's text of the number.
    var text: String { String(cString: strerror(self.number)) }
}
#endif
