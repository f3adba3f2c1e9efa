/// What is left of an address, a session, a user agent or an email once it is anonymized: 32 bytes, from which there is no way
/// back, written as 64 lower-case hexadecimal characters.
public struct AnonymizedHash: Sendable, Hashable {
    // Four words rather than an array: a hash lives in every event and in the cache, and costs no allocation this way.
    private let words: (UInt64, UInt64, UInt64, UInt64)

    /// Takes a digest of 32 bytes; `nil` for any other length.
    init?(digest: UnsafeRawBufferPointer) {
        guard digest.count == 32 else { return nil }
        self.words = (
            UInt64(bigEndian: digest.loadUnaligned(fromByteOffset: 0, as: UInt64.self)),
            UInt64(bigEndian: digest.loadUnaligned(fromByteOffset: 8, as: UInt64.self)),
            UInt64(bigEndian: digest.loadUnaligned(fromByteOffset: 16, as: UInt64.self)),
            UInt64(bigEndian: digest.loadUnaligned(fromByteOffset: 24, as: UInt64.self))
        )
    }

    /// Reads the form it has on the wire.
    ///
    /// - Throws: ``InvalidValue`` about `identity_data` when the text is not 64 lower-case hexadecimal characters.
    public init(_ text: String) throws(InvalidValue) {
        var words: [UInt64] = []
        var word: UInt64 = 0
        var count = 0
        for byte in text.utf8 {
            let nibble: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): nibble = byte &- UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): nibble = byte &- UInt8(ascii: "a") &+ 10
            default: throw AnonymizedHash.malformed
            }
            guard count < 64 else { throw AnonymizedHash.malformed }
            word = word << 4 | UInt64(nibble)
            count += 1
            if count % 16 == 0 {
                words.append(word)
            }
        }
        guard count == 64, words.count == 4 else { throw AnonymizedHash.malformed }
        self.words = (words[0], words[1], words[2], words[3])
    }

    private static var malformed: InvalidValue {
        InvalidValue(field: "identity_data", code: .malformed, allowed: "64 lower-case hexadecimal characters")
    }

    /// Compares all 32 bytes.
    public static func == (lhs: AnonymizedHash, rhs: AnonymizedHash) -> Bool {
        lhs.words.0 == rhs.words.0 && lhs.words.1 == rhs.words.1 && lhs.words.2 == rhs.words.2 && lhs.words.3 == rhs.words.3
    }

    /// Feeds the first word, which is as evenly spread as any hash of it would be.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(self.words.0)
    }

    /// Appends the 64 hexadecimal characters.
    func write(to bytes: inout [UInt8]) {
        self.withHexDigits { bytes.append(contentsOf: $0) }
    }

    /// The 64 hexadecimal characters, valid inside `body`.
    func withHexDigits<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 8) { text in
            (text[0], text[1]) = HexDigits.lowerCase(self.words.0)
            (text[2], text[3]) = HexDigits.lowerCase(self.words.1)
            (text[4], text[5]) = HexDigits.lowerCase(self.words.2)
            (text[6], text[7]) = HexDigits.lowerCase(self.words.3)
            return body(UnsafeRawBufferPointer(text))
        }
    }
}

extension AnonymizedHash: CustomStringConvertible {
    /// The form it has on the wire, 64 lower-case hexadecimal characters.
    public var description: String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(64)
        self.write(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// Hexadecimal digits as ASCII, by arithmetic rather than by a table.
enum HexDigits {
    @inline(__always)
    static func lowerCase(_ nibble: UInt8) -> UInt8 {
        nibble &+ (nibble < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") &- 10)
    }

    /// The 16 digits of a word, most significant first, as they stand in memory: eight at a time in the lanes of two integers.
    @inline(__always)
    static func lowerCase(_ word: UInt64) -> (UInt64, UInt64) {
        (self.lowerCaseDigits(UInt32(truncatingIfNeeded: word &>> 32)), self.lowerCaseDigits(UInt32(truncatingIfNeeded: word)))
    }

    @inline(__always)
    private static func lowerCaseDigits(_ value: UInt32) -> UInt64 {
        // Spread the eight nibbles over eight bytes.
        var lanes = UInt64(value)
        lanes = (lanes | lanes &<< 16) & 0x0000_FFFF_0000_FFFF
        lanes = (lanes | lanes &<< 8) & 0x00FF_00FF_00FF_00FF
        lanes = (lanes | lanes &<< 4) & 0x0F0F_0F0F_0F0F_0F0F
        // A lane of 10 or more carries into its bit 4 when 6 is added.
        let letters = (lanes &+ 0x0606_0606_0606_0606) &>> 4 & 0x0101_0101_0101_0101
        let offset = UInt64(UInt8(ascii: "a") &- UInt8(ascii: "0") &- 10)
        return (lanes &+ 0x3030_3030_3030_3030 &+ letters &* offset).bigEndian
    }

    @inline(__always)
    static func upperCase(_ nibble: UInt8) -> UInt8 {
        nibble &+ (nibble < 10 ? UInt8(ascii: "0") : UInt8(ascii: "A") &- 10)
    }

    @inline(__always)
    static func value(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte &- UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte &- UInt8(ascii: "a") &+ 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte &- UInt8(ascii: "A") &+ 10
        default: nil
        }
    }
}
