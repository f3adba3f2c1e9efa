//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Tool
import Testing

@testable import tracifyctl

struct LineReaderTests {
    private static func pieces(of text: String, limit: Int = 1 << 20) throws -> [LineReader.Piece] {
        let files = try TestFiles()
        var reader = LineReader(try InputFile(try files.write(text, to: "text")), limit: limit)
        var pieces: [LineReader.Piece] = []
        while let piece = try reader.next() { pieces.append(piece) }
        return pieces
    }

    private static func lines(_ pieces: [LineReader.Piece]) -> [String] {
        var lines: [String] = []
        for case .lines(let bytes) in pieces {
            forEachLine(of: bytes) { lines.append(String(decoding: bytes[$0], as: UTF8.self)) }
        }
        return lines
    }

    @Test(arguments: ["", "\n", "a", "a\n", "a\nb", "\n\na\n\nb\n"])
    func returnsAllLines(_ text: String) throws {
        let expected = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let lines = Self.lines(try Self.pieces(of: text))
        // A line break at the end begins no further line.
        #expect(lines == (expected.last == "" ? expected.dropLast() : expected))
    }

    @Test func keepsLinesWholeAcrossChunks() throws {
        let lines = (0..<3000).map { String(repeating: "x", count: $0 % 97) + "\($0)" }
        let pieces = try Self.pieces(of: lines.joined(separator: "\n") + "\n")
        #expect(pieces.count > 1)
        #expect(Self.lines(pieces) == lines)
    }

    @Test func skipsLongLineAndGoesOn() throws {
        let long = String(repeating: "x", count: 200_000)
        let pieces = try Self.pieces(of: "first\n\(long)\nlast\n", limit: 1000)
        #expect(pieces == [.lines(Array("first\n".utf8)), .tooLong(200_001), .lines(Array("last\n".utf8))])
        #expect(try Self.pieces(of: long, limit: 1000) == [.tooLong(200_000)])
    }

    @Test func pipelineMergesInOrder() async throws {
        let files = try TestFiles()
        let lines = (0..<20_000).map { "\($0) \(String(repeating: "x", count: 50))" }
        let reader = LineReader(try InputFile(try files.write(lines.joined(separator: "\n"), to: "text")), limit: 1000)
        var merged: [String] = []
        try await LinePipeline.run(reader, width: 4, process: { Self.lines([$0]) }, merge: { merged += $0 })
        #expect(merged == lines)
    }
}
#endif
