//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Tool
import Foundation
import Testing
import Tracify

@testable import tracifyctl

struct ResumeFileTests {
    private let files: TestFiles

    init() throws { self.files = try TestFiles() }

    private func start(_ path: String) throws -> ReplayPosition {
        let file = try InputFile(path)
        return try ResumeFile(self.files.path("resume.json")).start(of: file, path: path)
    }

    private func save(_ position: ReplayPosition, _ path: String) throws {
        var resume = try ResumeFile(self.files.path("resume.json"))
        let file = try InputFile(path)
        let found = file.identity
        let identity = try #require(found)
        try resume.save(position, of: identity, path: path)
    }

    @Test func remembersEachFile() throws {
        let first = try self.files.write(String(repeating: "a", count: 100), to: "first")
        let second = try self.files.write(String(repeating: "b", count: 100), to: "second")
        try self.save(ReplayPosition(offset: 40, line: 3, event: 2), first)
        try self.save(ReplayPosition(offset: 50, line: 4), second)
        try self.save(ReplayPosition(offset: 60, line: 5), second)
        #expect(try self.start(first) == ReplayPosition(offset: 40, line: 3, event: 2))
        #expect(try self.start(second) == ReplayPosition(offset: 60, line: 5))
    }

    @Test func refusesReplacedAndCutFiles() throws {
        let path = try self.files.write(String(repeating: "a", count: 100), to: "file")
        try self.save(ReplayPosition(offset: 80, line: 1), path)
        // The same inode with another content, and with less of it.
        for text in [String(repeating: "b", count: 100), String(repeating: "a", count: 70)] {
            try text.write(toFile: path, atomically: false, encoding: .utf8)
            #expect(throws: ToolError.self) { _ = try self.start(path) }
        }
        try (String(repeating: "a", count: 200)).write(toFile: path, atomically: false, encoding: .utf8)
        #expect(try self.start(path) == ReplayPosition(offset: 80, line: 1))
    }

    @Test func refusesOtherFiles() throws {
        _ = try self.files.write("shopping list", to: "resume.json")
        #expect(throws: ToolError.self) { _ = try self.start(try self.files.write("", to: "file")) }
        #expect(try self.files.read("resume.json") == "shopping list")
    }

    @Test func oneReplayAtATime() throws {
        let path = self.files.path("resume.json")
        let first = try ResumeFile(path)
        #expect(throws: ToolError.self) { _ = try ResumeFile(path) }
        withExtendedLifetime(first) {}
    }
}
#endif
