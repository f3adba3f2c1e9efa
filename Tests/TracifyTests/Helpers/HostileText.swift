//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Tracify

/// Texts that break careless writers and readers of JSON, logs and terminals.
enum HostileText {
    static let pieces: [String] =
        (0..<0x20).map { String(Unicode.Scalar(UInt8($0))) } + [
            "\"", "\\", "\\\"", "\\u0041", "\\ud800", "/", "</script>", "'", "`", "{", "}", "[", "]", ":", ",",
            "\u{7F}", "\u{80}", "\u{85}", "\u{A0}", "\u{AD}", "\u{2028}", "\u{2029}", "\u{FEFF}", "\u{FFFD}", "\u{FFFF}",
            "\u{10FFFF}", "\u{D7FF}", "\u{E000}",
            "%", "%%", "%2", "%G1", "%00", "%41", "100%", "&", "=", "+", "?", "#",
            "e\u{301}", "\u{E9}", "\u{301}", "\u{0300}\u{0316}\u{0334}", "\u{212A}", "\u{1E9E}",
            "\u{202E}", "\u{202D}", "\u{202C}", "\u{2066}", "\u{2067}", "\u{2069}", "\u{200F}", "\u{200B}", "\u{200D}",
            "\u{05E9}\u{05DC}\u{05D5}\u{05DD}", "\u{0645}\u{0631}\u{062D}\u{0628}\u{0627}",
            "\u{1F600}", "\u{1F468}\u{200D}\u{1F469}\u{200D}\u{1F467}", "\u{1F1E9}\u{1F1EA}", "\u{1F44D}\u{1F3FD}",
            "\u{6F22}\u{5B57}", "plain", "a b", "0", "-1", "null", "true", "ITEM1", "NaN",
        ]

    /// Returns a text of at most `limit` bytes of UTF-8, made of some of the pieces and occasional scalars of any plane.
    static func random(limit: Int, using generator: inout SplitMix64) -> String {
        var text = ""
        for _ in 0..<Int.random(in: 0...8, using: &generator) {
            var piece = generator.pick(self.pieces)
            if generator.once(in: 8), let scalar = Unicode.Scalar(UInt32.random(in: 0...0x10FFFF, using: &generator)) {
                piece = String(scalar)
            }
            guard text.utf8.count + piece.utf8.count <= limit else { break }
            text.unicodeScalars.append(contentsOf: piece.unicodeScalars)
        }
        return text
    }

    /// Returns a random text for fields that must not be blank.
    static func randomNotBlank(limit: Int, using generator: inout SplitMix64) -> String {
        let text = self.random(limit: limit - 1, using: &generator)
        return text + "x"
    }
}
