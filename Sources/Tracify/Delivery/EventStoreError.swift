//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// An error that an event store throws.
public struct EventStoreError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kind of error.
    ///
    /// A struct, so that kinds can be added without breaking a `switch`.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        /// The name of the kind.
        public let description: String

        /// The byte limit is reached, and what fills the store has at least the same priority.
        public static let full = Code(description: "full")
        /// The store is closed.
        public static let closed = Code(description: "closed")
        /// Another store, in this process or another, has the file open.
        public static let inUse = Code(description: "in use")
        /// The disk is full, read-only, or fails.
        public static let disk = Code(description: "disk")
        /// The file is not an event store; nothing was changed.
        public static let notEventStore = Code(description: "not an event store")
        /// The store did not answer in time; whether the events were committed is unknown.
        public static let timeout = Code(description: "timeout")
        /// The file was written by a newer version of this library.
        public static let tooNew = Code(description: "too new")
        /// The store does not have the operation; nothing was changed.
        public static let unsupported = Code(description: "unsupported")
    }

    /// The kind of error.
    public let code: Code
    /// What happened, in one line, without any of the content.
    public let reason: String

    /// Creates an error.
    ///
    /// - Parameters:
    ///   - code: The kind of error.
    ///   - reason: What happened, in one line, without any of the content.
    public init(_ code: Code, _ reason: String) {
        self.code = code
        self.reason = reason
    }

    /// One line: the kind and what happened.
    public var description: String { "Event store error (\(self.code)): \(self.reason)" }

    static func noAnswer(within timeout: Duration) -> EventStoreError {
        EventStoreError(
            .timeout,
            "the event store did not answer within \(timeout), so it is unknown whether the event was committed. Report it again."
        )
    }
}
