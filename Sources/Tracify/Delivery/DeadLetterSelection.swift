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

/// A selection of dead letters; all conditions must hold.
public struct DeadLetterSelection: Sendable, Hashable {
    /// The types; all when `nil`.
    public var types: Set<EventType>?
    /// A text that the reason must contain; any reason when `nil`.
    public var reason: String?
    /// A time before which the event must have become a dead letter; any time when `nil`.
    public var before: Date?

    /// Creates a selection.
    ///
    /// - Parameters:
    ///   - types: The types; all when `nil`.
    ///   - reason: A text that the reason must contain; any reason when `nil`.
    ///   - before: A time before which the event must have become a dead letter; any time when `nil`.
    public init(types: Set<EventType>? = nil, reason: String? = nil, before: Date? = nil) {
        self.types = types
        self.reason = reason
        self.before = before
    }

    /// All dead letters.
    public static let all = DeadLetterSelection()

    /// Returns whether a dead letter is selected.
    ///
    /// - Parameter letter: The dead letter.
    /// - Returns: Whether all conditions hold.
    public func contains(_ letter: DeadLetter) -> Bool {
        if let types = self.types, !types.contains(letter.event.type) { return false }
        if let reason = self.reason, !letter.reason.contains(reason) { return false }
        if let before = self.before, letter.date >= before { return false }
        return true
    }
}
