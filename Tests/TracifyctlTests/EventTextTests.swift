//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Tool
import Testing

@testable import tracifyctl

struct EventTextTests {
    private enum Kind { case document, broken, lines }

    private static func kind(of text: String) throws -> Kind {
        let files = try TestFiles()
        switch try EventText.open(try InputFile(try files.write(text, to: "text")), lineLimit: 1 << 20) {
        case .document: return .document
        case .broken: return .broken
        case .lines: return .lines
        }
    }

    @Test func tellsDocumentsFromLines() throws {
        #expect(try Self.kind(of: "") == .lines)
        #expect(try Self.kind(of: "{\"events\":[]}") == .lines)
        #expect(try Self.kind(of: "{}\n{}\n") == .lines)
        #expect(try Self.kind(of: "garbage\n{}\n") == .lines)
        #expect(try Self.kind(of: "{\n  \"events\": [\n  ]\n}\n") == .document)
        #expect(try Self.kind(of: "\n\n{\"events\":[\n{}\n]}") == .document)
        #expect(try Self.kind(of: "{\n  \"events\": [\n") == .broken)
        #expect(try Self.kind(of: "{\"url\":\"https\n{}\n") == .broken || Self.kind(of: "{\"url\":\n{}\n{}\n") == .lines)
    }

    @Test func findsTheLinesOfEvents() {
        let text = #"""
            {
              "other": [1, {"events": [1, 2]}],
              "events": [
                {"url": "a", "list": [1, 2]}, {
                  "url": "},{"
                },
                5,
                "x"
              ]
            }
            """#
        let locator = EventLocator(Array(text.utf8))
        #expect((0..<5).map { locator[$0] } == [4, 4, 7, 8, 1])
        #expect(locator[nil] == 1)
        #expect(EventLocator.line(at: text.utf8.count, of: Array(text.utf8)) == 10)
    }
}
#endif
