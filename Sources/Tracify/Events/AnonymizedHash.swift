//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// The hash of an email, a session, an IP address or a user agent: 32 bytes.
///
/// Tracify receives this hash instead of the value (contract, "Anonymization"). Its wire form is 64 lowercase hexadecimal
/// characters. To hash a value, use ``init(hashing:)``.
public struct AnonymizedHash: Sendable, Hashable {
    // Four words instead of an array: every event and every cache entry holds hashes, and words need no allocation.
    let words: (UInt64, UInt64, UInt64, UInt64)

    /// Creates a hash from the 32 bytes of a SHA-256 digest.
    init(digest: UnsafeRawBufferPointer) {
        self.words = (
            UInt64(bigEndian: digest.loadUnaligned(fromByteOffset: 0, as: UInt64.self)),
            UInt64(bigEndian: digest.loadUnaligned(fromByteOffset: 8, as: UInt64.self)),
            UInt64(bigEndian: digest.loadUnaligned(fromByteOffset: 16, as: UInt64.self)),
            UInt64(bigEndian: digest.loadUnaligned(fromByteOffset: 24, as: UInt64.self))
        )
    }

    /// Creates a hash from its wire form.
    ///
    /// - Parameter text: The hash as 64 lowercase hexadecimal characters.
    /// - Throws: ``ValidationError`` about `identity_data` for any other text.
    public init(_ text: String) throws(ValidationError) {
        var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        var count = 0
        for byte in text.utf8 {
            let nibble: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): nibble = byte &- UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): nibble = byte &- UInt8(ascii: "a") &+ 10
            default: throw AnonymizedHash.malformed
            }
            guard count < 64 else { throw AnonymizedHash.malformed }
            switch count / 16 {
            case 0: words.0 = words.0 << 4 | UInt64(nibble)
            case 1: words.1 = words.1 << 4 | UInt64(nibble)
            case 2: words.2 = words.2 << 4 | UInt64(nibble)
            default: words.3 = words.3 << 4 | UInt64(nibble)
            }
            count += 1
        }
        guard count == 64 else { throw AnonymizedHash.malformed }
        self.words = words
    }

    private static var malformed: ValidationError {
        ValidationError(field: "identity_data", code: .malformed, allowed: "64 lowercase hexadecimal characters")
    }

    /// Returns whether all 32 bytes of two hashes are equal.
    public static func == (lhs: AnonymizedHash, rhs: AnonymizedHash) -> Bool {
        lhs.words.0 == rhs.words.0 && lhs.words.1 == rhs.words.1 && lhs.words.2 == rhs.words.2 && lhs.words.3 == rhs.words.3
    }

    /// Feeds the first eight bytes into the hasher; the bytes of a digest are already uniformly distributed.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(self.words.0)
    }

    /// Calls `body` with the 64 characters of the wire form and returns its result.
    ///
    /// The bytes are valid only during the call.
    func withHexDigits<Result>(_ body: (Bytes) -> Result) -> Result {
        withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 8) { text in
            (text[0], text[1]) = HexDigits.lowerCase(self.words.0)
            (text[2], text[3]) = HexDigits.lowerCase(self.words.1)
            (text[4], text[5]) = HexDigits.lowerCase(self.words.2)
            (text[6], text[7]) = HexDigits.lowerCase(self.words.3)
            return body(Bytes(UnsafeRawBufferPointer(text).assumingMemoryBound(to: UInt8.self)))
        }
    }
}

extension AnonymizedHash: CustomStringConvertible {
    /// The wire form, 64 lowercase hexadecimal characters.
    public var description: String {
        self.withHexDigits { $0.text }
    }
}

extension AnonymizedHash: Codable {
    /// Decodes a hash from a string with its wire form.
    ///
    /// - Parameter decoder: The decoder to read from.
    /// - Throws: ``ValidationError`` about `identity_data` if the string is not 64 lowercase hexadecimal characters; the
    ///   decoder's error if there is no string.
    public init(from decoder: any Decoder) throws {
        try self.init(try decoder.singleValueContainer().decode(String.self))
    }

    /// Encodes the hash as a string with its wire form.
    ///
    /// - Parameter encoder: The encoder to write to.
    /// - Throws: The encoder's error.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(self.description)
    }
}
