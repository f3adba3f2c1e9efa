/// Finds many phrases in a text in one pass: one look-up for each byte, however many phrases there are.
///
/// The automaton of Aho and Corasick ("Efficient String Matching: An Aid to Bibliographic Search", 1975). It ignores the case of
/// ASCII letters. Phrases are in lower case; `^` in front of one is the start of the text, `$` behind it is the end, and `|` at
/// either end is a place without a letter beside it.
struct PhraseAutomaton<Meaning: Sendable>: Sendable {
    private struct Ending {
        let length: Int
        let startsText: Bool
        let startsWord: Bool
        let endsText: Bool
        let endsWord: Bool
        let meaning: Meaning
    }

    /// What a byte is called in the table; bytes that are in no phrase are all 0.
    private let symbols: [UInt8]
    private let width: Int
    /// For each state and symbol where the next state's row begins, marked when a phrase ends there.
    private var rows: [UInt32]
    /// For each state the phrases that end there, the longest first.
    private var endings: [[Ending]]

    private static var mark: UInt32 { 1 << 31 }

    init(_ phrases: [(text: String, meaning: Meaning)]) {
        var table = [UInt8](repeating: 0, count: 256)
        var count: UInt8 = 0
        let parsed = phrases.map { phrase -> (symbols: [UInt8], ending: Ending) in
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
            let ending = Ending(
                length: bytes.count,
                startsText: startsText,
                startsWord: startsWord,
                endsText: endsText,
                endsWord: endsWord,
                meaning: phrase.meaning
            )
            return (bytes.map { table[Int($0)] }, ending)
        }
        for letter in UInt8(ascii: "A")...UInt8(ascii: "Z") { table[Int(letter)] = table[Int(letter | 0x20)] }
        self.symbols = table
        self.width = Int(count) + 1
        self.rows = Array(repeating: 0, count: self.width)
        self.endings = [[]]
        for (symbols, ending) in parsed { self.insert(symbols, ending) }
        self.link()
    }

    /// Adds a phrase to the tree. In the tree 0 is no state: nothing leads back to its root.
    private mutating func insert(_ symbols: [UInt8], _ ending: Ending) {
        var state = 0
        for symbol in symbols {
            let place = state * self.width + Int(symbol)
            if self.rows[place] == 0 {
                self.rows[place] = UInt32(self.endings.count)
                self.endings.append([])
                self.rows.append(contentsOf: repeatElement(0, count: self.width))
            }
            state = Int(self.rows[place])
        }
        self.endings[state].append(ending)
    }

    /// Makes an automaton of the tree: where a state has no way on, it goes on as the longest phrase does that begins within what
    /// was read.
    private mutating func link() {
        var fallbacks = Array(repeating: 0, count: self.endings.count)
        var queue = self.rows.prefix(self.width).filter { $0 != 0 }.map(Int.init)
        var next = 0
        while next < queue.count {
            let state = queue[next]
            next += 1
            self.endings[state] += self.endings[fallbacks[state]]
            for symbol in 0..<self.width {
                let place = state * self.width + symbol
                let fallback = self.rows[fallbacks[state] * self.width + symbol]
                if self.rows[place] == 0 {
                    self.rows[place] = fallback
                } else {
                    fallbacks[Int(self.rows[place])] = Int(fallback)
                    queue.append(Int(self.rows[place]))
                }
            }
        }
        self.rows = self.rows.map { UInt32(Int($0) * self.width) | (self.endings[Int($0)].isEmpty ? 0 : Self.mark) }
    }

    /// Tells `body` what the phrases in a text mean, in the order in which they end, and of those that end at the same place the
    /// longest first.
    @inline(__always)
    func scan(_ text: UnsafeBufferPointer<UInt8>, _ body: (Meaning) -> ScanDecision) {
        var row = 0
        for index in text.indices {
            let next = self.rows[row + Int(self.symbols[Int(text[index])])]
            row = Int(next & ~Self.mark)
            guard next >= Self.mark else { continue }
            endings: for ending in self.endings[row / self.width] where self.holds(ending, at: index, of: text) {
                switch body(ending.meaning) {
                case .next: continue
                case .nextPlace: break endings
                case .stop: return
                }
            }
        }
    }

    private func holds(_ ending: Ending, at end: Int, of text: UnsafeBufferPointer<UInt8>) -> Bool {
        let start = end - ending.length + 1
        return (!ending.startsText || start == 0)
            && (!ending.startsWord || !Self.isLetter(start - 1, of: text))
            && (!ending.endsText || end == text.count - 1)
            && (!ending.endsWord || !Self.isLetter(end + 1, of: text))
    }

    /// Whether there is a letter at a place, which may be outside of the text.
    private static func isLetter(_ index: Int, of text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard text.indices.contains(index) else { return false }
        return (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(text[index] | 0x20)
    }
}

/// How a scan goes on after a phrase.
enum ScanDecision {
    case next
    /// Without the shorter phrases that end at the same place.
    case nextPlace
    case stop
}
