//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// A syntax error in JSON, with its position.
package struct JSONParsingError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The byte offset of the error, from 0.
    package let offset: Int
    /// What the parser expected or rejected at that offset, without any of the input.
    package let problem: String

    /// One line with the offset and the problem.
    package var description: String { "invalid JSON at byte \(self.offset): \(self.problem)" }
}
