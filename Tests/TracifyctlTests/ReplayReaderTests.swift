//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Tool
import Testing
import Tracify

@testable import tracifyctl

struct ReplayReaderTests {
    private let files: TestFiles

    init() throws { self.files = try TestFiles() }

    private func items(of path: String, from start: ReplayPosition = ReplayPosition()) throws -> [ReplayItem] {
        var reader = try ReplayReader(try InputFile(path), from: start)
        var items: [ReplayItem] = []
        while let item = try reader.next() { items.append(item) }
        return items
    }

    private static let body = "{\"events\":[\(TestEvents.pageView(1)),\(TestEvents.order("O-1")),\(TestEvents.pageView(2))]}"

    @Test func continuesBehindEveryEvent() throws {
        let text = "\(TestEvents.pageView(0))\n\n\(Self.body)\nnone\n\(TestEvents.order("O-2"))"
        for path in [
            try self.files.write(text, to: "lines"), try self.files.write("{\n\(Self.body.dropFirst())", to: "document"),
        ] {
            let all = try self.items(of: path)
            #expect(all.count == (path.hasSuffix("lines") ? 6 : 3))
            for (index, item) in all.enumerated() {
                let rest = try self.items(of: path, from: item.end)
                #expect(rest.map(\.json) == all.dropFirst(index + 1).map(\.json))
                #expect(rest.map(\.line) == all.dropFirst(index + 1).map(\.line))
                #expect(rest.map(\.end) == all.dropFirst(index + 1).map(\.end))
            }
        }
    }

    @Test func keepsBytesOfEventLines() throws {
        let path = try self.files.write("\(TestEvents.pageView())\n", to: "lines")
        let item = try #require(try self.items(of: path).first)
        #expect(item.json == Array(TestEvents.pageView().utf8))
        #expect(item.type == .pageView)
        #expect(item.time == "2024-06-21 12:36:37")
        #expect(item.end == ReplayPosition(offset: TestEvents.pageView().utf8.count + 1, line: 1))
    }

    @Test func readsIncompleteLastLineAgain() throws {
        let path = try self.files.write("\(TestEvents.pageView(1))\n{\"url\":\"ht", to: "lines")
        let items = try self.items(of: path)
        #expect(items.map(\.isIncomplete) == [false, true])
        #expect(items.last?.end == items.first?.end)
    }
}
#endif
