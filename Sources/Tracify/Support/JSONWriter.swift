//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// A writer of JSON in UTF-8, without an intermediate form.
///
/// It writes into memory of its own, which it keeps for the next text. An array would be checked and perhaps moved with each part, which
/// takes longer than to write it.
package struct JSONWriter: ~Copyable {
    private var memory: UnsafeMutablePointer<UInt8>
    private var capacity = 1024
    private var count = 0
    /// The last time that was written: 19 bytes, and room for more.
    private var time: (seconds: Int64, text: (UInt64, UInt64, UInt64)) = (.min, (0, 0, 0))

    package init() {
        self.memory = .allocate(capacity: self.capacity)
    }

    deinit { self.memory.deallocate() }

    /// What was written.
    package var bytes: [UInt8] { self.withBytes { Array($0) } }

    /// Calls a closure with what was written.
    @inline(__always)
    func withBytes<Result>(_ body: (Bytes) -> Result) -> Result {
        body(Bytes(UnsafeBufferPointer(start: self.memory, count: self.count)))
    }

    /// Forgets what was written.
    mutating func removeAll() { self.count = 0 }

    /// Writes a text as a JSON string in quotes.
    ///
    /// Only the characters that RFC 8259, section 7, requires are escaped: `"`, `\` and control characters.
    @inline(__always)
    package mutating func write(_ text: String) {
        text.withBytes { self.writeString($0) }
    }

    /// Writes bytes as they are, without quotes and without escaping.
    @inline(__always)
    mutating func writeRaw(_ bytes: Bytes) {
        guard let start = bytes.buffer.baseAddress else { return }
        self.reserve(bytes.count)
        (self.memory + self.count).update(from: start, count: bytes.count)
        self.count &+= bytes.count
    }

    /// Writes bytes as they are, which must be a JSON value.
    package mutating func writeRaw(bytes: [UInt8]) {
        bytes.withUnsafeBufferPointer { self.writeRaw(Bytes($0)) }
    }

    /// Writes a text without quotes, of which it is known that nothing in it is to be escaped.
    @inline(__always)
    mutating func writeUnescaped(_ text: String) {
        text.withBytes { self.writeRaw($0) }
    }

    /// Writes a constant as it is, without quotes and without escaping.
    @inline(__always)
    package mutating func writeRaw(_ text: StaticString) {
        self.writeRaw(Bytes(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)))
    }

    /// Writes the 16 digits of a word, most significant first, in hexadecimal form and without quotes.
    @inline(__always)
    mutating func writeHexDigits(_ word: UInt64) {
        self.reserve(16)
        let (high, low) = HexDigits.lowerCase(word)
        let target = UnsafeMutableRawPointer(self.memory + self.count)
        target.storeBytes(of: high, as: UInt64.self)
        target.storeBytes(of: low, toByteOffset: 8, as: UInt64.self)
        self.count &+= 16
    }

    /// Writes a time as `YYYY-MM-DD hh:mm:ss`, without quotes.
    ///
    /// Events that follow on each other are often of the same second.
    mutating func writeDateTime(_ seconds: Int64) {
        if seconds != self.time.seconds {
            let text = UTCDateTime.withText(of: seconds) { text in
                withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 3) { words in
                    words.initialize(repeating: 0)
                    UnsafeMutableRawBufferPointer(words).copyBytes(from: text.buffer)
                    return (words[0], words[1], words[2])
                }
            }
            self.time = (seconds, text)
        }
        self.reserve(24)
        UnsafeMutableRawPointer(self.memory + self.count).storeBytes(of: self.time.text, as: (UInt64, UInt64, UInt64).self)
        self.count &+= 19
    }

    /// Writes a number.
    package mutating func write(_ number: Int) { "\(number)".withBytes { self.writeRaw($0) } }

    /// Writes a parsed value, without whitespace between its tokens.
    package mutating func write(_ value: JSONValue) {
        switch value {
        case .null: self.writeRaw("null")
        case .bool(let value): self.writeRaw(value ? "true" : "false")
        case .number(let text): text.withBytes { self.writeRaw($0) }
        case .string(let text): self.write(text)
        case .array(let elements):
            self.writeRaw("[")
            for (index, element) in elements.enumerated() {
                if index > 0 { self.writeRaw(",") }
                self.write(element)
            }
            self.writeRaw("]")
        case .object(let members):
            self.writeRaw("{")
            for (index, member) in members.enumerated() {
                if index > 0 { self.writeRaw(",") }
                self.write(member.key)
                self.writeRaw(":")
                self.write(member.value)
            }
            self.writeRaw("}")
        }
    }

    private mutating func writeString(_ content: Bytes) {
        // An escaped byte takes six.
        self.reserve(6 * content.count + 2)
        self.put(UInt8(ascii: "\""))
        let source = content.buffer
        if let start = UnsafeRawPointer(source.baseAddress) {
            let target = UnsafeMutableRawPointer(self.memory)
            let first = self.count
            var index = 0
            // Eight bytes at once, as long as none of them is to be escaped.
            while index &+ 8 <= source.count {
                let word = start.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                if JSONWriter.mayNeedEscape(word) {
                    for byte in source[index..<(index &+ 8)] { self.putEscaped(byte) }
                } else {
                    target.storeBytes(of: word, toByteOffset: self.count, as: UInt64.self)
                    self.count &+= 8
                }
                index &+= 8
            }
            let rest = source.count &- index
            if rest > 0, index > 0, self.count &- first == index,
                case let word = start.loadUnaligned(fromByteOffset: source.count &- 8, as: UInt64.self),
                !JSONWriter.mayNeedEscape(word)
            {
                // The last eight bytes, of which some are there already.
                target.storeBytes(of: word, toByteOffset: self.count &+ rest &- 8, as: UInt64.self)
                self.count &+= rest
            } else {
                for byte in source[index...] { self.putEscaped(byte) }
            }
        }
        self.put(UInt8(ascii: "\""))
    }

    /// Returns whether one of eight bytes is to be escaped.
    @inline(__always)
    private static func mayNeedEscape(_ word: UInt64) -> Bool {
        let quotes = (word ^ UInt64(repeating: UInt8(ascii: "\""))).zeroBytes
        let backslashes = (word ^ UInt64(repeating: UInt8(ascii: "\\"))).zeroBytes
        // Subtracting sets the highest bit of a byte that is smaller.
        let controls = (word &- UInt64(repeating: 0x20)) & ~word & UInt64(repeating: 0x80)
        return controls | quotes | backslashes != 0
    }

    @inline(__always)
    private mutating func putEscaped(_ byte: UInt8) {
        if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
            self.putEscape(byte)
        } else {
            self.put(byte)
        }
    }

    private mutating func putEscape(_ byte: UInt8) {
        self.put(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): self.put(byte)
        case 0x0A: self.put(UInt8(ascii: "n"))
        case 0x0D: self.put(UInt8(ascii: "r"))
        case 0x09: self.put(UInt8(ascii: "t"))
        default:
            for byte in [UInt8(ascii: "u"), UInt8(ascii: "0"), UInt8(ascii: "0")] { self.put(byte) }
            self.put(HexDigits.lowerCase(byte >> 4))
            self.put(HexDigits.lowerCase(byte & 0x0F))
        }
    }

    /// Writes a byte for which there is room.
    @inline(__always)
    private mutating func put(_ byte: UInt8) {
        self.memory[self.count] = byte
        self.count &+= 1
    }

    @inline(__always)
    private mutating func reserve(_ count: Int) {
        if self.capacity &- self.count < count { self.grow(count) }
    }

    private mutating func grow(_ count: Int) {
        self.capacity = max(2 * self.capacity, self.count + count)
        let memory = UnsafeMutablePointer<UInt8>.allocate(capacity: self.capacity)
        memory.update(from: self.memory, count: self.count)
        self.memory.deallocate()
        self.memory = memory
    }
}
