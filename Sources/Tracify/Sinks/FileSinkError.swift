//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// An error that a file sink throws when it cannot use its file.
public struct FileSinkError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kind of error.
    ///
    /// A struct, so that kinds can be added without breaking a `switch`.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        /// The name of the kind.
        public let description: String

        /// A system call failed; ``FileSinkError/operation`` names the operation and ``FileSinkError/reason`` the cause.
        public static let system = Code(description: "system")
        /// Another sink or process has the file open.
        public static let inUse = Code(description: "in use")
        /// The path refers to a symbolic link, a directory, a socket or another file that is not a regular one.
        public static let notRegularFile = Code(description: "not a regular file")
        /// The file does not begin with an event; it was not changed.
        public static let notEventFile = Code(description: "not an event file")
    }

    /// The kind of error.
    public let code: Code
    /// The file's path.
    public let path: String
    /// The operation that failed, such as `open` or `write`.
    public let operation: String
    /// The cause, in one line.
    public let reason: String

    init(path: String, operation: String, errno number: Int32) {
        self.init(.system, path: path, operation: operation, reason: String(cString: strerror(number)))
    }

    init(_ code: Code, path: String, operation: String, reason: String) {
        self.code = code
        self.path = path
        self.operation = operation
        self.reason = reason
    }

    /// One line with the operation, the path and the cause.
    public var description: String { "Cannot \(self.operation) the event file \(self.path): \(self.reason)" }
}
