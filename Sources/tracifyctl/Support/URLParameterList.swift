//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Tool
import ArgumentParser
import Tracify

/// The value of `--url-parameters`.
enum URLParameterList {
    /// Returns the names of a list that is separated by commas.
    ///
    /// - Parameter text: The list; without one, the result is empty.
    /// - Returns: The names.
    /// - Throws: ``ToolError`` about a name that no URL parameter may have.
    static func parse(_ text: String?) throws(ToolError) -> Set<String> {
        var names: Set<String> = []
        for name in (text ?? "").split(whereSeparator: { $0 == "," || $0.isWhitespace }) {
            do {
                try URLParameter.checkName(String(name))
            } catch {
                throw ToolError("--url-parameters has a name that is not allowed; allowed: \(error.allowed).", .validationFailure)
            }
            names.insert(String(name))
        }
        return names
    }
}
#endif
