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

/// The texts of the system's error numbers.
enum SystemError {
    /// Returns the text of an `errno`.
    static func text(_ number: Int32) -> String { String(cString: strerror(number)) }
}
#endif
