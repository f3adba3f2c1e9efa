//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// Random IDs of orders and subscriptions, such as `ORD-7F3K2A-9QXW4T`.
enum RandomID {
    // Excludes characters that are easily confused, and vowels, which could form words.
    private static let alphabet = Array("23456789BCDFGHJKMNPQRTVWXYZ")

    /// Creates a unique ID that cannot be guessed: twelve characters of 27 give 57 bits.
    static func make(prefix: String) -> String {
        "\(prefix)-\(self.characters(6))-\(self.characters(6))"
    }

    private static func characters(_ count: Int) -> String {
        var generator = SystemRandomNumberGenerator()
        return String((0..<count).compactMap { _ in self.alphabet.randomElement(using: &generator) })
    }
}
