//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// A view of contiguous bytes that it does not keep alive: valid only within the closure that receives it.
///
/// The rules of capture and resolution read requests, records and texts through it, without a copy and without a `String`. A slice has
/// the indices of its view. Unlike those of `UnsafeBufferPointer`, its subscripts check their index in release builds, too.
package struct Bytes: RandomAccessCollection {
    private let base: UnsafePointer<UInt8>?
    package let startIndex: Int
    package let endIndex: Int

    /// The path `/`.
    static var root: Bytes {
        let path: StaticString = "/"
        return Bytes(UnsafeBufferPointer(start: path.utf8Start, count: path.utf8CodeUnitCount))
    }

    /// A view without bytes.
    static var empty: Bytes { Bytes(UnsafeBufferPointer(start: nil, count: 0)) }

    @inline(__always)
    package init(_ buffer: UnsafeBufferPointer<UInt8>) {
        self.init(base: buffer.baseAddress, startIndex: 0, endIndex: buffer.count)
    }

    @inline(__always)
    private init(base: UnsafePointer<UInt8>?, startIndex: Int, endIndex: Int) {
        self.base = base
        self.startIndex = startIndex
        self.endIndex = endIndex
    }

    @inline(__always)
    package subscript(index: Int) -> UInt8 {
        precondition(index >= self.startIndex && index < self.endIndex, "The index is outside of the view.")
        return self.base.unsafelyUnwrapped[index]
    }

    @inline(__always)
    package subscript(bounds: Range<Int>) -> Bytes {
        precondition(
            bounds.lowerBound >= self.startIndex && bounds.upperBound <= self.endIndex,
            "The range is outside of the view."
        )
        return Bytes(base: self.base, startIndex: bounds.lowerBound, endIndex: bounds.upperBound)
    }

    /// The number of bytes.
    @inline(__always)
    package var count: Int { self.endIndex &- self.startIndex }

    /// The bytes as a buffer whose indices begin at 0.
    @inline(__always)
    var buffer: UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: self.base.map { $0 + self.startIndex }, count: self.count)
    }

    @inline(__always)
    package func withContiguousStorageIfAvailable<Result>(
        _ body: (UnsafeBufferPointer<UInt8>) throws -> Result
    ) rethrows -> Result? {
        try body(self.buffer)
    }

    // Those of the standard library walk to an index by generic calls, for each user agent and path.

    /// The first bytes, at most some number.
    @inline(__always)
    package func prefix(_ maximum: Int) -> Bytes { self[..<(self.startIndex &+ Swift.min(maximum, self.count))] }

    /// The last bytes, at most some number.
    @inline(__always)
    package func suffix(_ maximum: Int) -> Bytes { self[(self.endIndex &- Swift.min(maximum, self.count))...] }

    // The searches of the standard library, written out: a debug build does not specialize those for a collection of another module, and
    // the tests then take three times as long.

    /// Returns the index of the first byte that satisfies the predicate; `nil` if no byte does.
    @inline(__always)
    package func firstIndex(where isFound: (UInt8) -> Bool) -> Int? {
        guard let base = self.base else { return nil }
        var index = self.startIndex
        while index < self.endIndex {
            if isFound(base[index]) { return index }
            index &+= 1
        }
        return nil
    }

    /// Returns the index of the last occurrence of a byte; `nil` if it does not occur.
    @inline(__always)
    package func lastIndex(of byte: UInt8) -> Int? {
        guard let base = self.base else { return nil }
        var index = self.endIndex
        while index > self.startIndex {
            index &-= 1
            if base[index] == byte { return index }
        }
        return nil
    }

    /// Returns the index of the first occurrence of a byte; `nil` if it does not occur.
    @inline(__always)
    package func firstIndex(of byte: UInt8) -> Int? {
        guard let base = self.base else { return nil }
        let pattern = UInt64(repeating: byte)
        var index = self.startIndex
        // Eight bytes at once: where one is equal, the difference has a zero byte, and the lowest such byte is found exactly.
        while index &+ 8 <= self.endIndex {
            let word = UnsafeRawPointer(base + index).loadUnaligned(as: UInt64.self).littleEndian ^ pattern
            let zeros = word.zeroBytes
            if zeros != 0 { return index &+ zeros.trailingZeroBitCount / 8 }
            index &+= 8
        }
        while index < self.endIndex {
            if base[index] == byte { return index }
            index &+= 1
        }
        return nil
    }

    /// Returns whether one of two bytes occurs.
    @inline(__always)
    func contains(_ first: UInt8, or second: UInt8) -> Bool {
        guard let base = self.base else { return false }
        let patterns = (UInt64(repeating: first), UInt64(repeating: second))
        var index = self.startIndex
        while index &+ 8 <= self.endIndex {
            let word = UnsafeRawPointer(base + index).loadUnaligned(as: UInt64.self)
            if (word ^ patterns.0).zeroBytes | (word ^ patterns.1).zeroBytes != 0 { return true }
            index &+= 8
        }
        while index < self.endIndex {
            if base[index] == first || base[index] == second { return true }
            index &+= 1
        }
        return false
    }

    /// Returns whether a byte satisfies the predicate.
    @inline(__always)
    func contains(where isFound: (UInt8) -> Bool) -> Bool { self.firstIndex(where: isFound) != nil }

    /// Returns whether a byte occurs.
    @inline(__always)
    func contains(_ byte: UInt8) -> Bool { self.firstIndex(of: byte) != nil }

    /// Returns whether a part occurs that is not empty.
    func contains(_ part: Bytes) -> Bool {
        guard let first = part.first else { return false }
        var rest = self
        while rest.count >= part.count, let start = rest.firstIndex(of: first) {
            rest = rest[start...]
            if rest.starts(with: part) { return true }
            rest = rest.dropFirst()
        }
        return false
    }

    /// Returns whether all bytes satisfy the predicate.
    @inline(__always)
    func allSatisfy(_ isAllowed: (UInt8) -> Bool) -> Bool { self.firstIndex { !isAllowed($0) } == nil }

    /// The bytes as a text, in which invalid UTF-8 becomes U+FFFD.
    @inline(__always)
    var text: String { String(decoding: self.buffer, as: UTF8.self) }

    /// Returns the parts before and after the first occurrence of a byte.
    ///
    /// If the byte does not occur, the first part is the whole view and the second part is empty.
    @inline(__always)
    func splitOnce(at byte: UInt8) -> (Bytes, Bytes) {
        guard let place = self.firstIndex(of: byte) else { return (self, self[self.endIndex...]) }
        return (self[..<place], self[(place + 1)...])
    }

    /// Returns whether the bytes are those of an ASCII text.
    @inline(__always)
    func equals(_ text: StaticString) -> Bool {
        self.count == text.utf8CodeUnitCount && self.hasPrefix(text)
    }

    /// Returns whether the bytes begin with those of an ASCII text.
    @inline(__always)
    func hasPrefix(_ text: StaticString) -> Bool {
        self.begins(with: UnsafeRawPointer(text.utf8Start), length: text.utf8CodeUnitCount)
    }

    /// Returns whether the bytes are those of another view.
    @inline(__always)
    func equals(_ other: Bytes) -> Bool {
        guard let start = other.buffer.baseAddress else { return self.isEmpty && other.isEmpty }
        return self.count == other.count && self.begins(with: UnsafeRawPointer(start), length: other.count)
    }

    /// Returns whether the bytes begin with those of another view.
    @inline(__always)
    func hasPrefix(_ other: Bytes) -> Bool {
        guard let start = other.buffer.baseAddress else { return true }
        return self.begins(with: UnsafeRawPointer(start), length: other.count)
    }

    @inline(__always)
    private func begins(with expected: UnsafeRawPointer, length: Int) -> Bool {
        guard self.count >= length, length > 0, let base = self.base else { return self.count >= length }
        // In words where there are any, as names of fields are compared for each request: the last two may overlap.
        let bytes = UnsafeRawPointer(base + self.startIndex)
        guard length >= 8 else {
            var offset = 0
            while offset < length {
                if bytes.load(fromByteOffset: offset, as: UInt8.self) != expected.load(fromByteOffset: offset, as: UInt8.self) {
                    return false
                }
                offset &+= 1
            }
            return true
        }
        var offset = 0
        while true {
            let word = bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            if word != expected.loadUnaligned(fromByteOffset: offset, as: UInt64.self) { return false }
            if offset == length &- 8 { return true }
            offset = Swift.min(offset &+ 8, length &- 8)
        }
    }

    /// Returns whether the bytes, in any case, are those of an ASCII text in lower case.
    @inline(__always)
    func equalsIgnoringCase(_ text: StaticString) -> Bool {
        self.count == text.utf8CodeUnitCount && self.hasPrefixIgnoringCase(text)
    }

    /// Returns whether the bytes, in any case, begin with those of an ASCII text in lower case.
    @inline(__always)
    func hasPrefixIgnoringCase(_ text: StaticString) -> Bool {
        let (length, bytes) = (text.utf8CodeUnitCount, self.buffer)
        guard bytes.count >= length else { return false }
        var offset = 0
        while offset < length {
            if ASCII.lowerCase(bytes[offset]) != text.utf8Start[offset] { return false }
            offset &+= 1
        }
        return true
    }
}

/// Eight bytes that are looked at together.
extension UInt64 {
    /// Eight times the same byte.
    @inline(__always)
    init(repeating byte: UInt8) { self = UInt64(byte) &* 0x0101_0101_0101_0101 }

    /// The highest bit of each byte that is 0; the bits of bytes above the lowest of these may be set, too.
    @inline(__always)
    var zeroBytes: UInt64 { (self &- UInt64(repeating: 1)) & ~self & UInt64(repeating: 0x80) }
}

/// The case of ASCII letters.
enum ASCII {
    /// Returns a letter in lower case, and any other byte unchanged.
    @inline(__always)
    static func lowerCase(_ byte: UInt8) -> UInt8 {
        byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte
    }
}

extension String {
    /// Creates a text of two parts.
    init(_ start: Bytes, _ end: Bytes) {
        // To create it in place takes longer.
        self = withUnsafeTemporaryAllocation(byteCount: start.count + end.count, alignment: 1) { room in
            room.copyBytes(from: start.buffer)
            UnsafeMutableRawBufferPointer(rebasing: room[start.count...]).copyBytes(from: end.buffer)
            return String(decoding: room, as: UTF8.self)
        }
    }

    /// Creates a text of a constant and another part.
    init(_ start: StaticString, _ end: Bytes) {
        self.init(Bytes(UnsafeBufferPointer(start: start.utf8Start, count: start.utf8CodeUnitCount)), end)
    }
}

extension StringProtocol {
    /// Calls a closure with the bytes of the text in UTF-8.
    @inline(__always)
    func withBytes<Result>(_ body: (Bytes) -> Result) -> Result {
        if let result = self.utf8.withContiguousStorageIfAvailable({ body(Bytes($0)) }) { return result }
        return self.withCopiedBytes(body)
    }

    @inline(never)
    private func withCopiedBytes<Result>(_ body: (Bytes) -> Result) -> Result {
        Array(self.utf8).withUnsafeBufferPointer { body(Bytes($0)) }
    }
}
