//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// An Aho-Corasick automaton, which finds any number of phrases in a text in one pass.
///
/// It needs one look-up for each byte of the text, however many phrases there are (Aho and Corasick, "Efficient String Matching:
/// An Aid to Bibliographic Search", 1975). It ignores the case of ASCII letters.
///
/// Phrases are in lower case. `^` at the start of a phrase stands for the start of the text, `$` at its end for the end of the
/// text, and `|` at either end for a position without a letter beside it.
struct AhoCorasick<Meaning: Sendable>: Sendable {
    /// A phrase, without its characters, that ends in a state.
    private struct Output {
        let length: Int
        let startsText: Bool
        let startsWord: Bool
        let endsText: Bool
        let endsWord: Bool
        let meaning: Meaning
    }

    /// The symbol of each byte in the table; 0 for bytes that are in no phrase.
    private let symbols: [UInt8]
    /// The number of symbols.
    private let width: Int
    /// The transitions: for each state and symbol, the index of the next state's row, with ``outputFlag`` set if a phrase ends
    /// there.
    private var rows: [UInt32]
    /// The phrases that end in each state, the longest first.
    private var outputs: [[Output]]

    private static var outputFlag: UInt32 { 1 << 31 }

    init(_ phrases: [(text: String, meaning: Meaning)]) {
        var table = [UInt8](repeating: 0, count: 256)
        var count: UInt8 = 0
        let parsed = phrases.map { phrase -> (symbols: [UInt8], output: Output) in
            var bytes = Array(phrase.text.utf8)[...]
            let startsText = bytes.first == UInt8(ascii: "^")
            let startsWord = bytes.first == UInt8(ascii: "|")
            let endsText = bytes.last == UInt8(ascii: "$")
            let endsWord = bytes.last == UInt8(ascii: "|")
            bytes = bytes.dropFirst(startsText || startsWord ? 1 : 0).dropLast(endsText || endsWord ? 1 : 0)
            for byte in bytes where table[Int(byte)] == 0 {
                count += 1
                table[Int(byte)] = count
            }
            let output = Output(
                length: bytes.count,
                startsText: startsText,
                startsWord: startsWord,
                endsText: endsText,
                endsWord: endsWord,
                meaning: phrase.meaning
            )
            return (bytes.map { table[Int($0)] }, output)
        }
        for letter in UInt8(ascii: "A")...UInt8(ascii: "Z") { table[Int(letter)] = table[Int(letter | 0x20)] }
        self.symbols = table
        self.width = Int(count) + 1
        self.rows = Array(repeating: 0, count: self.width)
        self.outputs = [[]]
        for (symbols, output) in parsed { self.insert(symbols, output) }
        self.link()
    }

    /// Adds a phrase to the trie.
    ///
    /// In the trie, 0 stands for no transition, because none leads back to the root.
    private mutating func insert(_ symbols: [UInt8], _ output: Output) {
        var state = 0
        for symbol in symbols {
            let slot = state * self.width + Int(symbol)
            if self.rows[slot] == 0 {
                self.rows[slot] = UInt32(self.outputs.count)
                self.outputs.append([])
                self.rows.append(contentsOf: repeatElement(0, count: self.width))
            }
            state = Int(self.rows[slot])
        }
        self.outputs[state].append(output)
    }

    /// Turns the trie into an automaton.
    ///
    /// Where a state has no transition, it gets that of its failure state: the state of the longest phrase prefix that is a
    /// proper suffix of the text read so far.
    private mutating func link() {
        var failures = Array(repeating: 0, count: self.outputs.count)
        var queue = self.rows.prefix(self.width).filter { $0 != 0 }.map(Int.init)
        var next = 0
        while next < queue.count {
            let state = queue[next]
            next += 1
            self.outputs[state] += self.outputs[failures[state]]
            for symbol in 0..<self.width {
                let slot = state * self.width + symbol
                let failure = self.rows[failures[state] * self.width + symbol]
                if self.rows[slot] == 0 {
                    self.rows[slot] = failure
                } else {
                    failures[Int(self.rows[slot])] = Int(failure)
                    queue.append(Int(self.rows[slot]))
                }
            }
        }
        self.rows = self.rows.map { UInt32(Int($0) * self.width) | (self.outputs[Int($0)].isEmpty ? 0 : Self.outputFlag) }
    }

    /// Calls `body` with the meaning of each phrase in a text.
    ///
    /// Phrases come in the order in which they end. Of those that end at the same position, the longest comes first.
    @inline(__always)
    func scan(_ text: UnsafeBufferPointer<UInt8>, _ body: (Meaning) -> ScanDecision) {
        var row = 0
        for index in text.indices {
            let next = self.rows[row + Int(self.symbols[Int(text[index])])]
            row = Int(next & ~Self.outputFlag)
            guard next >= Self.outputFlag else { continue }
            outputs: for output in self.outputs[row / self.width] where self.isMatch(output, at: index, of: text) {
                switch body(output.meaning) {
                case .next: continue
                case .nextPosition: break outputs
                case .stop: return
                }
            }
        }
    }

    /// Returns whether the boundaries that a phrase requires are at its ends.
    private func isMatch(_ output: Output, at end: Int, of text: UnsafeBufferPointer<UInt8>) -> Bool {
        let start = end - output.length + 1
        return (!output.startsText || start == 0)
            && (!output.startsWord || !Self.isLetter(start - 1, of: text))
            && (!output.endsText || end == text.count - 1)
            && (!output.endsWord || !Self.isLetter(end + 1, of: text))
    }

    /// Returns whether the byte at an index is a letter; `false` for an index outside of the text.
    private static func isLetter(_ index: Int, of text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard text.indices.contains(index) else { return false }
        return (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(text[index] | 0x20)
    }
}

/// The continuation of a scan after a phrase.
enum ScanDecision {
    /// The scan continues with the next phrase.
    case next
    /// The scan continues after this position, without the shorter phrases that end there.
    case nextPosition
    /// The scan ends.
    case stop
}
