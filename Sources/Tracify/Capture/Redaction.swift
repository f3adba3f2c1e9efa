//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// The settings of redaction: what is replaced by the word `redacted` in the pages and parameters of events.
///
/// A replaced part is a whole segment of a path, in `url` and `Referer`, or the whole value of a parameter. Order IDs and item names belong to
/// the caller and are never changed, because Tracify recognizes a repeated order by its ID.
public struct Redaction: Sendable {
    /// Whether parts that contain an email address are replaced, also when it is percent-encoded, up to three times.
    ///
    /// Default: `true`.
    public var replacesEmails = true

    /// The longest path segment that is kept, in bytes as it is written; `nil` for any.
    ///
    /// For paths with secrets, such as `/reset/3f786850e387550fdab836ed7e6dc881de23001b`. Values of parameters are not affected, because click
    /// IDs are long. Default: `nil`.
    public var maximumSegmentLength: Int?

    /// A closure that returns what is sent in place of a part, which it receives decoded once.
    ///
    /// It is called on the exporter's side, after the other rules, and must return immediately. Default: none.
    public var replace: (@Sendable (_ part: String) -> String)?

    /// Creates the default settings.
    public init() {}

    /// Settings that replace nothing.
    public static var off: Redaction {
        var redaction = Redaction()
        redaction.replacesEmails = false
        return redaction
    }
}
