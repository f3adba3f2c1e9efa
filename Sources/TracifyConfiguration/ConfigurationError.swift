//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// An error about a setting, in one line.
public struct ConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kind of error.
    ///
    /// A struct, so that kinds can be added without breaking a `switch`.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        /// The name of the kind.
        public let description: String

        /// A required setting is not set.
        public static let missing = Code(description: "missing")
        /// The value of a setting is not allowed, by itself or together with another setting.
        public static let invalid = Code(description: "invalid")
        /// An environment variable begins with `TRACIFY_` and is not a setting.
        public static let unknown = Code(description: "unknown")
    }

    /// The kind of error.
    public let code: Code
    /// The setting's name as an environment variable: `TRACIFY_BATCH_SIZE`.
    public let name: String
    /// The value, shortened and without control characters; `nil` for a secret and for a setting that is not set.
    public let value: String?
    /// What happened and what is allowed, in one line.
    ///
    /// It never contains the token.
    public let description: String

    package static func missing(_ name: String, allowed: String) -> ConfigurationError {
        ConfigurationError(code: .missing, name: name, value: nil, description: "\(name) is not set; allowed: \(allowed)")
    }

    /// Returns the error about a value; `nil` for a secret's.
    package static func invalid(_ name: String, value: String?, allowed: String) -> ConfigurationError {
        let shown = value.map(self.printable)
        let problem = shown.map { "is \"\($0)\"" } ?? "has a value that is not allowed"
        return ConfigurationError(
            code: .invalid,
            name: name,
            value: shown,
            description: "\(name) \(problem); allowed: \(allowed)"
        )
    }

    // The value is not shown: a token may have been set under a wrong name.
    static func unknown(_ name: String, nearest: String) -> ConfigurationError {
        let shown = self.printable(name)
        return ConfigurationError(
            code: .unknown,
            name: shown,
            value: nil,
            description: "\(shown) is not a setting; did you mean \(nearest)?"
        )
    }

    private static func printable(_ value: String) -> String {
        let limit = 100
        let scalars = value.unicodeScalars.prefix(limit)
            .map { scalar in
                scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || scalar.properties.isBidiControl
                    || scalar.properties.generalCategory == .lineSeparator
                    || scalar.properties.generalCategory == .paragraphSeparator
                    ? "\u{FFFD}" : Character(scalar)
            }
        return String(scalars) + (value.unicodeScalars.count > limit ? "…" : "")
    }
}
