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
    /// The requirement's number in the list of the function that checks it.
    public let number: Int
    /// The requirement, as a sentence.
    public let requirement: String
    /// What the check expected.
    public let expected: String
    /// What happened instead.
    public let seen: String
    /// The seed of the run, which repeats its random sequence.
    public let seed: UInt64

    /// Several lines: the requirement, what was expected, what happened, and the seed.
    public var description: String {
        """
        Requirement \(self.number): \(self.requirement)
        Expected: \(self.expected)
        Seen: \(self.seen)
        Seed: \(self.seed)
        """
    }
}
