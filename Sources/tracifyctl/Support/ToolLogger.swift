//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Tool
import Logging

/// The logger that library calls of the tool get.
enum ToolLogger {
    /// Writes notices, warnings and errors to standard error, a line each.
    static var notices: Logger { self.make(.notice) }
    /// Writes warnings and errors to standard error, a line each.
    static var warnings: Logger { self.make(.warning) }
    /// Writes errors to standard error, a line each.
    static var errors: Logger { self.make(.error) }

    private static func make(_ level: Logger.Level) -> Logger {
        var logger = Logger(label: "tracifyctl") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = level
        return logger
    }
}
#endif
