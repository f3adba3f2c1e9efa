//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Testing

@testable import Tracify

struct AhoCorasickTests {
    private func found(_ phrases: [String], in text: [UInt8]) -> [String] {
        let automaton = AhoCorasick(phrases.map { ($0, $0) })
        var found: [String] = []
        text.withUnsafeBufferPointer { bytes in
            automaton.scan(bytes) {
                found.append($0)
                return .next
            }
        }
        return found
    }

    struct TextRow: Row {
        let text: String
        let found: [String]
        let reason: String

        init(_ text: String, _ found: [String], _ reason: String) {
            self.text = text
            self.found = found
            self.reason = reason
        }
    }

    @Test(arguments: [
        TextRow("", [], "an empty text"),
        TextRow("she", ["she", "he"], "a phrase that ends another one"),
        TextRow("ushers", ["she", "he", "hers"], "the example of Aho and Corasick"),
        TextRow("hehe", ["he", "he"], "twice"),
        TextRow("HeRs", ["he", "hers"], "upper case"),
        TextRow("shhe", ["he"], "back to a shorter beginning"),
        TextRow("a-bot", ["bot|"], "a word at the end"),
        TextRow("bot2", ["bot|"], "a word before a digit"),
        TextRow("abot.", ["bot|"], "the end of a word"),
        TextRow("both", [], "the beginning of a word"),
        TextRow("got", ["^got"], "the start of the text"),
        TextRow("igot got", [], "later than the start of the text"),
        TextRow("on off", ["off$"], "the end of the text"),
        TextRow("off off ", [], "earlier than the end of the text"),
        TextRow("ftp ftp.", ["|ftp|", "|ftp|"], "whole words"),
        TextRow("sftp ftpd", [], "parts of words"),
        TextRow("\u{E9}ftp\u{E9}", ["|ftp|"], "letters that are not ASCII are none"),
        TextRow("h\u{0}e", [], "a NUL between"),
    ])
    func findsPhrases(_ row: TextRow) {
        #expect(self.found(["he", "she", "hers", "bot|", "^got", "|ftp|", "off$"], in: Array(row.text.utf8)) == row.found)
    }

    @Test func honorsScanDecisions() {
        let automaton = AhoCorasick([("cubot", ScanDecision.nextPosition), ("bot", .next), ("x", .stop)])
        var decisions: [ScanDecision] = []
        Array("bot cubot bot x bot".utf8)
            .withUnsafeBufferPointer { bytes in
                automaton.scan(bytes) {
                    decisions.append($0)
                    return $0
                }
            }
        #expect(decisions == [.next, .nextPosition, .next, .stop])
    }

    /// Compares with a search that tries every phrase at every offset.
    @Test(arguments: 0..<4)
    func agreesWithNaiveSearch(_ part: Int) throws {
        let seed = 0xAC00 + UInt64(part)
        var generator = SplitMix64(seed: seed)
        for round in 0..<500 {
            var phrases: Set<String> = []
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                let text = String((0..<Int.random(in: 1...4, using: &generator)).map { _ in generator.pick(Array("ab.")) })
                phrases.insert(generator.pick(["", "", "^", "|"]) + text + generator.pick(["", "", "$", "|"]))
            }
            let text = (0..<Int.random(in: 0...40, using: &generator))
                .map { _ in generator.pick(Array("aAbB.\u{0}".utf8) + [0xFF]) }
            let found = self.found(Array(phrases), in: text)
            try #require(found.sorted() == self.naiveMatches(phrases, in: text).sorted(), "seed \(seed), round \(round)")
        }
    }

    private func naiveMatches(_ phrases: Set<String>, in text: [UInt8]) -> [String] {
        let lower = text.map { (0x41...0x5A).contains($0) ? $0 + 0x20 : $0 }
        func isLetter(_ index: Int) -> Bool { lower.indices.contains(index) && (0x61...0x7A).contains(lower[index]) }
        return phrases.flatMap { phrase -> [String] in
            let bytes = Array(phrase.utf8.filter { !"^$|".utf8.contains($0) })
            guard bytes.count <= lower.count else { return [] }
            return (0...(lower.count - bytes.count))
                .filter { start in
                    let end = start + bytes.count
                    return Array(lower[start..<end]) == bytes
                        && (!phrase.hasPrefix("^") || start == 0)
                        && (!phrase.hasPrefix("|") || !isLetter(start - 1))
                        && (!phrase.hasSuffix("$") || end == lower.count)
                        && (!phrase.hasSuffix("|") || !isLetter(end))
                }
                .map { _ in phrase }
        }
    }
}
