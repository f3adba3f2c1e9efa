//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Foundation
import Testing

@testable import Tracify

/// What a file sink does with files that exist, and with paths that are no regular files.
struct FileSinkOpeningTests {
    /// The state of a file that a refusal must not change.
    private struct Snapshot: Equatable {
        let bytes: Data
        let mode: Int?
        let changed: Date?

        init(_ path: String) throws {
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            self.bytes = try Data(contentsOf: URL(fileURLWithPath: path))
            self.mode = (attributes[.posixPermissions] as? NSNumber)?.intValue
            self.changed = attributes[.modificationDate] as? Date
        }
    }

    private func create(_ path: String, _ text: String, mode: Int = 0o644) throws {
        let attributes: [FileAttributeKey: Any] = [
            .posixPermissions: NSNumber(value: mode), .modificationDate: Date(timeIntervalSince1970: 1_600_000_000),
        ]
        try #require(FileManager.default.createFile(atPath: path, contents: Data(text.utf8)))
        try FileManager.default.setAttributes(attributes, ofItemAtPath: path)
    }

    private func mode(_ path: String) throws -> Int? {
        (try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? NSNumber)?.intValue
    }

    private func open(_ path: String) -> FileSinkError? {
        #expect(throws: FileSinkError.self) { _ = try FileSink(configuration: .init(path: path)) }
    }

    @Test(arguments: [
        "no event, and no end of line",
        "a first line\n{\"and\":\"a second",
        "{\n  \"pretty\": \"printed\"\n}",
        #"{"a":"JSON document without a line break"}"#,
        "{\"level\":\"info\",\"message\":\"another program's log\"}\n{\"level\":\"in",
        "{not JSON}\n",
        "[]\n",
        "\n",
        "\u{FEFF}{}\n",
        String(repeating: "\0", count: 100),
        "{\"url\":\"" + String(repeating: "x", count: 2 << 20),
    ])
    func refusesForeignFilesWithoutTouchingThem(content: String) async throws {
        try await withTemporaryDirectory { directory in
            let path = directory + "/notes"
            try self.create(path, content)
            let before = try Snapshot(path)
            let error = self.open(path)
            #expect(error?.code == .notEventFile)
            #expect(error?.reason.contains("nothing was touched") == true)
            #expect(try Snapshot(path) == before)
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == ["notes"])

            let descriptor = Foundation.open(path, O_RDONLY | O_CLOEXEC)
            defer { close(descriptor) }
            #expect(flock(descriptor, LOCK_EX | LOCK_NB) == 0, "the refused file is not locked")
        }
    }

    @Test(arguments: ["{", #"{"ur"#, #"{"url":"https://shop.exa"#])
    func truncatesFirstLineThatCrashLeftIncomplete(torn: String) async throws {
        try await withTemporaryDirectory { directory in
            let path = directory + "/events.ndjson"
            try self.create(path, torn)
            let sink = try FileSink(configuration: .init(path: path))
            let batch = try EventBatch.stub(["/1"])
            try await sink.deliver(batch)
            let event = try #require(batch.first)
            #expect(try String(contentsOfFileAt: path) == String(decoding: event.json, as: UTF8.self) + "\n")
        }
    }

    @Test func keepsPermissionsOfExistingFile() async throws {
        try await withTemporaryDirectory { directory in
            let path = directory + "/events.ndjson"
            try self.create(path, "", mode: 0o640)
            let sink = try FileSink(configuration: .init(path: path))
            try await sink.deliver(try .stub(["/1"]))
            #expect(try self.mode(path) == 0o640)
        }
    }

    @Test func rotatedFileHandsItsPermissionsToItsSuccessor() async throws {
        try await withTemporaryDirectory { directory in
            let path = directory + "/events.ndjson"
            try self.create(path, "", mode: 0o664)
            var configuration = FileSink.Configuration(path: path)
            configuration.maximumBytes = 10
            let sink = try FileSink(configuration: configuration, now: { Date(timeIntervalSince1970: 1_718_973_397) })
            for index in 1...2 { try await sink.deliver(try .stub(["/\(index)"])) }
            #expect(try self.mode(path) == 0o664)
            #expect(try self.mode(path + ".20240621T123637Z") == 0o664)

            // As does a file that logrotate renames.
            try FileManager.default.setAttributes([.posixPermissions: NSNumber(value: 0o620)], ofItemAtPath: path)
            try FileManager.default.moveItem(atPath: path, toPath: path + ".1")
            try await sink.deliver(try .stub(["/3"]))
            #expect(try self.mode(path) == 0o620)
        }
    }

    @Test func refusesSymbolicLinks() async throws {
        try await withTemporaryDirectory { directory in
            let target = directory + "/target"
            let path = directory + "/events.ndjson"
            try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: target)
            #expect(self.open(path)?.code == .notRegularFile, "a link to no file")
            #expect(!FileManager.default.fileExists(atPath: target))
            try self.create(target, "")
            let error = self.open(path)
            #expect(error?.code == .notRegularFile)
            #expect(error?.reason.hasPrefix("it is a symbolic link") == true)
        }
    }

    @Test func followsSymbolicLinksToDirectories() async throws {
        try await withTemporaryDirectory { directory in
            try FileManager.default.createDirectory(atPath: directory + "/data", withIntermediateDirectories: false)
            try FileManager.default.createSymbolicLink(atPath: directory + "/link", withDestinationPath: directory + "/data")
            let sink = try FileSink(configuration: .init(path: directory + "/link/events.ndjson"))
            try await sink.deliver(try .stub(["/1"]))
            #expect(try String(contentsOfFileAt: directory + "/data/events.ndjson").hasPrefix("{"))
        }
    }

    /// Opened for writing only, a pipe without a reader would block the start for ever.
    @Test func refusesNamedPipesWithoutBlocking() async throws {
        try await withTemporaryDirectory { directory in
            let path = directory + "/events.ndjson"
            try #require(mkfifo(path, 0o600) == 0)
            let error = self.open(path)
            #expect(error?.code == .notRegularFile)
            #expect(error?.reason.hasPrefix("it is a named pipe") == true)
        }
    }

    @Test func refusesSocketsDevicesAndDirectories() async throws {
        try await withTemporaryDirectory { directory in
            #expect(self.open(directory)?.reason.hasPrefix("it is a directory") == true)
            for path in ["/dev/null", "/dev/full", "/dev/tty"] where FileManager.default.fileExists(atPath: path) {
                let error = self.open(path)
                #expect(error?.code == .notRegularFile)
                #expect(error?.reason.hasPrefix("it is a device") == true)
            }
        }
    }

    @Test func deliversNothingAfterShutdown() async throws {
        try await withTemporaryDirectory { directory in
            let path = directory + "/events.ndjson"
            let sink = try FileSink(configuration: .init(path: path))
            await sink.shutdown()
            await sink.shutdown()
            let error = await #expect(throws: DeliveryError.self) { try await sink.deliver(try .stub(["/1"])) }
            #expect(error?.code == .retryable)
            #expect(try String(contentsOfFileAt: path).isEmpty)
            _ = try FileSink(configuration: .init(path: path))
        }
    }
}
