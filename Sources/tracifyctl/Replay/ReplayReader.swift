//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Tool
import Tracify

/// Reads the events of a file in order, with the place of each.
struct ReplayReader: ~Copyable {
    /// Lines of events and bodies; `nil` for a document.
    private var reader: LineReader?
    private var piece: [UInt8] = []
    private var cursor = 0
    /// The place of the cursor.
    private var position: ReplayPosition
    /// The events of the current line or document that are not returned yet.
    private var pending: [ReplayItem] = []
    private var nextPending = 0
    /// The number of events of the first line to pass over.
    private var skipped: Int

    /// Begins to read.
    ///
    /// - Parameters:
    ///   - file: The file, at its beginning.
    ///   - start: The place at which to begin.
    /// - Throws: ``ToolError`` when the file cannot be read.
    init(_ file: consuming InputFile, from start: ReplayPosition) throws(ToolError) {
        self.position = ReplayPosition(offset: start.offset, line: start.line)
        self.skipped = start.event
        let limit = EventTextValidator.defaultLineLimit
        guard start.offset == 0 else {
            try file.seek(to: start.offset)
            self.reader = LineReader(file, limit: limit)
            return
        }
        let text = try EventText.open(file, lineLimit: limit)
        switch consume text {
        case .lines(let reader):
            self.reader = consume reader
        case .document(let bytes, let value):
            let locator = EventLocator(bytes)
            self.addEvents(of: value, [UInt8](value.line.utf8), end: ReplayPosition(offset: bytes.count)) { locator[$0] }
        case .broken(let bytes, let error):
            let line = EventLocator.line(at: error.offset, of: bytes)
            self.pending = [
                ReplayItem(problem: error.description, json: [], line: line, end: self.position, isIncomplete: true)
            ]
        }
    }

    /// Returns the next event; `nil` at the end.
    mutating func next() throws(ToolError) -> ReplayItem? {
        while true {
            if self.nextPending < self.pending.count {
                defer { self.nextPending += 1 }
                return self.pending[self.nextPending]
            }
            self.pending.removeAll(keepingCapacity: true)
            self.nextPending = 0
            if self.cursor < self.piece.count {
                self.readLine()
                continue
            }
            switch try self.reader?.next() {
            case .lines(let bytes)?:
                self.piece = bytes
                self.cursor = 0
            case .tooLong(let count)?:
                self.advance(count)
                let problem = "the line is longer than \(EventTextValidator.defaultLineLimit) bytes"
                return ReplayItem(problem: problem, json: [], line: self.position.line, end: self.position)
            case nil:
                return nil
            }
        }
    }

    private mutating func advance(_ count: Int) {
        self.position.offset += count
        self.position.line += 1
        self.skipped = 0
    }

    private mutating func readLine() {
        let rest = self.piece[self.cursor...]
        let end = rest.firstIndex(of: UInt8(ascii: "\n"))
        let line = Array(rest[..<(end ?? rest.endIndex)])
        let skipped = self.skipped
        let start = self.position
        self.cursor = end.map { $0 + 1 } ?? self.piece.count
        self.advance(line.count + (end == nil ? 0 : 1))
        guard line.contains(where: { !EventTextValidator.isBlank($0) }) else { return }
        let number = self.position.line
        do throws(JSONParsingError) {
            let value = try JSONParser.parse(line)
            self.skipped = skipped
            self.position = start
            let behind = ReplayPosition(offset: start.offset + line.count + (end == nil ? 0 : 1), line: number)
            self.addEvents(of: value, line, end: behind) { _ in number }
        } catch {
            self.pending = [
                ReplayItem(
                    problem: error.description,
                    json: line,
                    line: number,
                    // A line that is still being written is read again the next time.
                    end: end == nil ? start : self.position,
                    isIncomplete: end == nil
                )
            ]
        }
    }

    /// Makes the events of a line or document pending, and moves behind it.
    private mutating func addEvents(of value: JSONValue, _ json: [UInt8], end: ReplayPosition, line: (Int?) -> Int) {
        let start = self.position
        if case .array(let events)? = value[key: "events"] {
            for (index, event) in events.enumerated() where index >= self.skipped {
                var position = start
                position.event = index + 1
                self.pending.append(
                    ReplayItem(
                        event,
                        json: [UInt8](event.line.utf8),
                        line: line(index),
                        end: index == events.count - 1 ? end : position
                    )
                )
            }
        } else if case .object = value {
            self.pending = [ReplayItem(value, json: json, line: line(0), end: end)]
        } else {
            self.pending = [ReplayItem(problem: "a line must be an event or a body", json: json, line: line(0), end: end)]
        }
        self.position = end
        self.skipped = 0
    }
}
#endif
