//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// A requirement that a sink or store does not meet.
///
/// ``checkSinkConformance(seed:limit:clock:_:)`` and ``checkStoreConformance(options:seed:limit:clock:_:)`` throw it. Its
/// description is complete, so a test does not have to catch it.
public struct ConformanceFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// The requirement.
    public let requirement: ConformanceRequirement
    /// What the check expected.
    public let expected: String
    /// What happened instead.
    public let seen: String
    /// The seed of the run, which repeats it.
    public let seed: UInt64

    /// Several lines: the requirement, what was expected, what happened, and the seed.
    public var description: String {
        """
        \(self.requirement)
        Expected: \(self.expected)
        Seen: \(self.seen)
        Seed: \(self.seed)
        """
    }
}

/// A requirement of every sink or of every store.
public struct ConformanceRequirement: Hashable, Sendable, CustomStringConvertible {
    /// The requirement's number in the list of the function that checks it.
    public let number: Int
    /// The requirement, as a sentence.
    public let text: String
    private let subject: String

    init(_ subject: String, _ number: Int, _ text: String) {
        self.subject = subject
        self.number = number
        self.text = text
    }

    /// One line: the kind of requirement, its number and its text.
    public var description: String { "\(self.subject) requirement \(self.number): \(self.text)" }
}
