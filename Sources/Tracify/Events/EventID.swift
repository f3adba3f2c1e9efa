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

/// The ID of an event: a UUID of version 7, which begins with a timestamp (RFC 9562, section 5.7).
///
/// It is created when the event is finished, and it stays the same in the store, in every retry, in the sink, in reports, in logs
/// and in dead letters. It is not part of Tracify's wire form.
public struct EventID: Sendable, Hashable {
    package let high: UInt64
    package let low: UInt64

    /// Creates a new ID.
    ///
    /// - Parameter date: The timestamp, in whole milliseconds. A time before 1970 becomes the start of 1970.
    public init(date: Date = Date()) {
        var generator = SystemRandomNumberGenerator()
        self.init(date: date, using: &generator)
    }

    init(date: Date, using generator: inout some RandomNumberGenerator) {
        let milliseconds = UInt64(exactly: (date.timeIntervalSince1970 * 1000).rounded(.down)) ?? 0
        self.high = (milliseconds << 16) | 0x7000 | (generator.next() & 0x0FFF)
        self.low = (generator.next() >> 2) | 0x8000_0000_0000_0000
    }

    /// Creates an ID from the two halves of a stored one.
    ///
    /// - Parameters:
    ///   - high: The first eight bytes in host order.
    ///   - low: The last eight bytes in host order.
    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Creates an ID from its text form.
    ///
    /// - Parameter text: A UUID of any version, 8-4-4-4-12 hexadecimal digits in either case.
    /// - Throws: ``ValidationError`` about `event_id` for any other text.
    public init(_ text: String) throws(ValidationError) {
        var words: (UInt64, UInt64) = (0, 0)
        var digits = 0
        for (index, byte) in text.utf8.enumerated() {
            if [8, 13, 18, 23].contains(index) {
                guard byte == UInt8(ascii: "-") else { throw EventID.malformed(text) }
                continue
            }
            guard digits < 32, let digit = HexDigits.value(byte) else { throw EventID.malformed(text) }
            if digits < 16 { words.0 = words.0 << 4 | UInt64(digit) } else { words.1 = words.1 << 4 | UInt64(digit) }
            digits += 1
        }
        guard digits == 32 else { throw EventID.malformed(text) }
        self.init(high: words.0, low: words.1)
    }

    private static func malformed(_ text: String) -> ValidationError {
        ValidationError(
            field: "event_id",
            code: text.isEmpty ? .empty : .malformed,
            allowed: "a UUID, 8-4-4-4-12 hexadecimal digits"
        )
    }
}

extension EventID: CustomStringConvertible {
    /// The text form, 8-4-4-4-12 lowercase hexadecimal digits.
    public var description: String {
        var digits: [UInt8] = []
        digits.reserveCapacity(36)
        for (word, shifts) in [
            (self.high, stride(from: UInt64(60), through: 0, by: -4)), (self.low, stride(from: 60, through: 0, by: -4)),
        ] {
            for shift in shifts {
                if [8, 13, 18, 23].contains(digits.count) { digits.append(UInt8(ascii: "-")) }
                digits.append(HexDigits.lowerCase(UInt8(truncatingIfNeeded: word >> shift) & 0x0F))
            }
        }
        return String(decoding: digits, as: UTF8.self)
    }
}

extension EventID: Codable {
    /// Decodes an ID from a string with its text form.
    ///
    /// - Parameter decoder: The decoder to read from.
    /// - Throws: ``ValidationError`` about `event_id` if the string is not a UUID; the decoder's error if there is no string.
    public init(from decoder: any Decoder) throws {
        try self.init(try decoder.singleValueContainer().decode(String.self))
    }

    /// Encodes the ID as a string with its text form.
    ///
    /// - Parameter encoder: The encoder to write to.
    /// - Throws: The encoder's error.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(self.description)
    }
}

/// A generator of event IDs that makes no system calls.
///
/// The system's random number generator would make two system calls for each ID. IDs must be unique, not secret,
/// so the system seeds a generator once.
struct EventIDGenerator: Sendable {
    private var random = SplitMix64(seed: .random(in: .min ... .max))

    /// Returns a new ID with the date as its timestamp.
    mutating func makeID(at date: Date) -> EventID {
        EventID(date: date, using: &self.random)
    }
}
