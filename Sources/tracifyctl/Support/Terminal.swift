//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Tool
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

/// What a file descriptor is connected to.
enum Terminal {
    static let standardInput: Int32 = 0
    static let standardOutput: Int32 = 1
    static let standardError: Int32 = 2

    /// Whether a file descriptor is a terminal.
    static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

    /// Whether colors and progress are shown on a file descriptor: a terminal, and `NO_COLOR` is not set (no-color.org).
    static func isStyled(_ descriptor: Int32) -> Bool {
        let environment = ProcessInfo.processInfo.environment
        return self.isTerminal(descriptor) && environment["NO_COLOR", default: ""].isEmpty && environment["TERM"] != "dumb"
    }
}

/// The colors of a text on a terminal; none elsewhere.
struct Style: Sendable {
    let isEnabled: Bool

    /// The style of standard output.
    static var standardOutput: Style { Style(isEnabled: Terminal.isStyled(Terminal.standardOutput)) }

    func bold(_ text: String) -> String { self.apply("1", text) }
    func red(_ text: String) -> String { self.apply("31", text) }
    func green(_ text: String) -> String { self.apply("32", text) }
    func yellow(_ text: String) -> String { self.apply("33", text) }
    func dim(_ text: String) -> String { self.apply("2", text) }

    private func apply(_ code: String, _ text: String) -> String {
        self.isEnabled ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }
}
#endif
