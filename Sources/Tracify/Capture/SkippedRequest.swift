//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// A request, or a handler's call, that a rule skipped, as a tracker keeps it for development.
///
/// It has no data of the visitor: neither address nor user agent nor query, and a path only as ``Redaction`` leaves it.
public struct SkippedRequest: Sendable, Hashable, CustomStringConvertible {
    /// The number of the entry, counted from 1: a reader of ``Tracker/skippedRequests`` recognizes new entries by it.
    public let number: Int
    /// The time when it was skipped.
    public let date: Date
    /// The rule.
    public let reason: SkipReason
    /// The type of the event that a handler reported; `nil` for a request.
    public let type: EventType?
    /// The request's method; `nil` for a handler's call.
    public let method: String?
    /// The path, at most 256 bytes; `nil` without consent, when nothing of a request is kept, or when it is not known.
    public let path: String?
    /// The response's status; `nil` when it is not known.
    public let status: Int?

    /// One line: `GET /cart 200: skipped by subresource`.
    public var description: String {
        let subject = [self.method ?? self.type?.rawValue, self.path, self.status.map(String.init)].compactMap(\.self)
        return "\(subject.joined(separator: " ")): skipped by \(self.reason)"
    }
}
