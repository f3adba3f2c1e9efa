//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// Replaces parts of pages and parameters by the settings of ``Redaction``, and counts them.
struct Redactor {
    private let settings: Redaction
    /// The number of replaced parts.
    private(set) var count = 0

    init(_ settings: Redaction) {
        self.settings = settings
    }

    /// Returns the number of parts that were replaced since the last call.
    mutating func takeCount() -> Int {
        defer { self.count = 0 }
        return self.count
    }

    /// Calls a closure with a path in which each segment is checked.
    mutating func withPath<Result>(_ path: Bytes, _ body: (Bytes) -> Result) -> Result {
        // Nearly all paths end here.
        guard self.settings.replace != nil || self.settings.maximumSegmentLength != nil || self.mayHoldEmail(path) else {
            return body(path)
        }
        var result: [UInt8] = []
        var isFirst = true
        for segment in path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            if !isFirst { result.append(UInt8(ascii: "/")) }
            isFirst = false
            let isTooLong = self.settings.maximumSegmentLength.map { segment.count > $0 } ?? false
            if let replacement = self.replacement(segment, isTooLong: isTooLong) {
                result += replacement.utf8
            } else {
                result += segment
            }
        }
        return result.withUnsafeBufferPointer { body(Bytes($0)) }
    }

    /// Returns the value of a parameter, decoded once, after it was checked.
    mutating func value(_ value: Bytes) -> String {
        guard self.settings.replace != nil || self.mayHoldEmail(value) else { return PercentDecoding.decode(value) }
        return self.replacement(value, isTooLong: false) ?? PercentDecoding.decode(value)
    }

    /// Returns what replaces a part; `nil` when it stays.
    private mutating func replacement(_ part: Bytes, isTooLong: Bool) -> String? {
        if isTooLong || self.settings.replacesEmails && EmailSearch.isFound(in: part) {
            self.count += 1
            return "redacted"
        }
        guard let replace = self.settings.replace, !part.isEmpty else { return nil }
        let text = PercentDecoding.decode(part)
        let replacement = replace(text)
        guard replacement != text else { return nil }
        self.count += 1
        return replacement
    }

    private func mayHoldEmail(_ bytes: Bytes) -> Bool {
        self.settings.replacesEmails && EmailSearch.isPossible(in: bytes)
    }
}

/// The search for an email address in a part of a URL.
enum EmailSearch {
    /// The number of times that a part is decoded: links in mails are often encoded again by the program that counts their clicks.
    private static let maximumDecodings = 3

    /// Returns whether a text has an `@` or something that may decode to one, without which no address is found.
    static func isPossible(in text: Bytes) -> Bool {
        text.contains(UInt8(ascii: "@"), or: UInt8(ascii: "%"))
    }

    /// Returns whether a text, such as a part of a URL, contains an email address, as it is written or decoded.
    static func isFound(in part: Bytes) -> Bool {
        guard self.isPossible(in: part) else { return false }
        var bytes = Array(part)
        for _ in 0..<self.maximumDecodings {
            if self.isFound(inDecoded: bytes) { return true }
            guard bytes.contains(UInt8(ascii: "%")) else { return false }
            bytes = bytes.withUnsafeBufferPointer { Array(PercentDecoding.Sequence(Bytes($0), plusIsSpace: false)) }
        }
        return self.isFound(inDecoded: bytes)
    }

    /// Returns whether there is an `@` with a character of a name before it and, after it, a host with a dot and a top-level domain of two
    /// letters or more.
    private static func isFound(inDecoded bytes: [UInt8]) -> Bool {
        for at in bytes.indices where bytes[at] == UInt8(ascii: "@") {
            guard at > 0, self.isOfName(bytes[at - 1]) else { continue }
            let host = bytes[(at + 1)...].prefix(while: self.isOfHost)
            let labels = host.split(separator: UInt8(ascii: "."))
            // A dot at the end may be that of a sentence.
            guard labels.count >= 2, let last = labels.last, last.count >= 2, last.contains(where: self.isLetter) else {
                continue
            }
            // `mug@2x.png` is an image of double size.
            if self.imageExtensions.contains(String(decoding: last, as: UTF8.self).lowercased()) { continue }
            return true
        }
        return false
    }

    /// Extensions of images, none of which is a top-level domain.
    private static let imageExtensions: Set<String> = ["avif", "gif", "jpeg", "jpg", "png", "svg", "webp"]

    /// Returns whether the local part of an address may end with a byte (RFC 5321, section 4.1.2), in UTF-8 (RFC 6531) or with a quote.
    private static func isOfName(_ byte: UInt8) -> Bool {
        URLBytes.isAlphanumeric(byte) || byte >= 0x80 || "!#$%&'*+-/=?^_`{|}~.\"".utf8.contains(byte)
    }

    private static func isOfHost(_ byte: UInt8) -> Bool {
        URLBytes.isAlphanumeric(byte) || byte >= 0x80 || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        byte >= 0x80 || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }
}
