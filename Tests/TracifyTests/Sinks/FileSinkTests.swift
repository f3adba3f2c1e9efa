//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Foundation
import Synchronization
import Testing

@testable import Tracify

struct FileSinkTests {
    private func lines(_ path: String) throws -> [String] {
        let text = try String(contentsOfFileAt: path)
        #expect(text.isEmpty || text.hasSuffix("\n"))
        return text.split(separator: "\n").map(String.init)
    }

    private func paths(_ path: String) throws -> [String] {
        try self.lines(path)
            .map { try EventDecoder().decodeEvent(Array($0.utf8)).url.text.replacing("https://shop.example", with: "") }
    }

    @Test func writesOneEventPerLine() async throws {
        try await withTemporaryDirectory { directory in
            let path = directory + "/events.ndjson"
            let sink = try FileSink(configuration: .init(path: path))
            let batch = try EventBatch.stub(["/1", "/2"])
            try await sink.deliver(batch)
            try await sink.deliver(try .stub(["/3"]))
            await sink.shutdown()
            #expect(try self.paths(path) == ["/1", "/2", "/3"])
            #expect(try self.lines(path).first == String(decoding: try #require(batch.first).json, as: UTF8.self))
        }
    }

    @Test func createsFileWithOwnerOnlyPermissions() async throws {
        try await withTemporaryDirectory { directory in
            let path = directory + "/events.ndjson"
            _ = try FileSink(configuration: .init(path: path))
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
        }
    }

    @Test func appendsToExistingFile() async throws {
        try await withTemporaryDirectory { directory in
            let path = directory + "/events.ndjson"
            for name in ["/1", "/2"] {
                let sink = try FileSink(configuration: .init(path: path))
                try await sink.deliver(try .stub([name]))
                await sink.shutdown()
            }
            #expect(try self.paths(path) == ["/1", "/2"])
        }
    }

    @Test(arguments: [#"{"url":"https://shop.exa"#, "{"])
    func truncatesPartialLineAfterCrash(torn: String) async throws {
        try await withTemporaryDirectory { directory in
            let path = directory + "/events.ndjson"
            let first = try FileSink(configuration: .init(path: path))
            try await first.deliver(try .stub(["/1"]))
            await first.shutdown()
            let handle = try #require(FileHandle(forWritingAtPath: path))
            try handle.seekToEnd()
            try handle.write(contentsOf: Data(torn.utf8))
            try handle.close()

            let second = try FileSink(configuration: .init(path: path))
            try await second.deliver(try .stub(["/2"]))
            #expect(try self.paths(path) == ["/1", "/2"])
        }
    }

    @Test func throwsForPathsThatDoNotExist() async throws {
        try await withTemporaryDirectory { directory in
            let missing = #expect(throws: FileSinkError.self) {
                _ = try FileSink(configuration: .init(path: directory + "/no/events.ndjson"))
            }
            #expect(missing?.operation == "open")
        }
    }

    @Test func reopensFileAfterRename() async throws {
        try await withTemporaryDirectory { directory in
            let path = directory + "/events.ndjson"
            let sink = try FileSink(configuration: .init(path: path))
            try await sink.deliver(try .stub(["/1"]))
            try FileManager.default.moveItem(atPath: path, toPath: path + ".1")
            try await sink.deliver(try .stub(["/2"]))
            try FileManager.default.removeItem(atPath: path)
            try await sink.deliver(try .stub(["/3"]))
            #expect(try self.paths(path + ".1") == ["/1"])
            #expect(try self.paths(path) == ["/3"])
        }
    }

    @Test func continuesAfterTruncation() async throws {
        try await withTemporaryDirectory { directory in
            let path = directory + "/events.ndjson"
            let sink = try FileSink(configuration: .init(path: path))
            try await sink.deliver(try .stub(["/1", "/2"]))
            try #require(FileHandle(forWritingAtPath: path)).truncate(atOffset: 0)
            try await sink.deliver(try .stub(["/3"]))
            #expect(try self.paths(path) == ["/3"])
        }
    }

    /// Rotation fails for a file that is mounted into a container, or in a directory without write access.
    ///
    /// Here the file name is too long for a suffix.
    @Test func keepsWritingWhenRotationFails() async throws {
        try await withTemporaryDirectory { directory in
            let path = directory + "/" + String(repeating: "e", count: 245)
            var configuration = FileSink.Configuration(path: path)
            configuration.maximumBytes = 10
            let sink = try FileSink(configuration: configuration)
            for index in 0..<4 { try await sink.deliver(try .stub(["/\(index)"])) }
            #expect(try self.paths(path) == ["/0", "/1", "/2", "/3"])
        }
    }

    @Test func rotatesBySize() async throws {
        try await withTemporaryDirectory { directory in
            let path = directory + "/events.ndjson"
            var configuration = FileSink.Configuration(path: path)
            configuration.maximumBytes = Int64(try EventBatch.stub(["/1", "/2"]).body.count)
            let sink = try FileSink(configuration: configuration, now: { Date(timeIntervalSince1970: 1_718_973_397) })
            for index in 1...5 { try await sink.deliver(try .stub(["/\(index)"])) }
            #expect(try self.paths(path) == ["/5"])
            #expect(try self.paths(path + ".20240621T123637Z") == ["/1", "/2"])
            #expect(try self.paths(path + ".20240621T123637Z.2") == ["/3", "/4"])
        }
    }

    @Test func rotatesByAgeAcrossRestarts() async throws {
        try await withTemporaryDirectory { directory in
            let path = directory + "/events.ndjson"
            let start = Date(timeIntervalSince1970: 1_718_973_397)
            let now = Mutex(start)
            var configuration = FileSink.Configuration(path: path)
            configuration.maximumAge = .seconds(3600)
            for (index, passed) in [0, 3599.0, 3601, 3700].enumerated() {
                now.withLock { $0 = start.addingTimeInterval(passed) }
                let sink = try FileSink(configuration: configuration, now: { now.withLock { $0 } })
                try await sink.deliver(try .stub(["/\(index)"], date: now.withLock { $0 }))
                await sink.shutdown()
            }
            #expect(try self.paths(path) == ["/2", "/3"])
            #expect(try self.paths(path + ".20240621T133638Z") == ["/0", "/1"])
        }
    }

    #if compiler(>=6.2) && os(Linux)
    /// A file size limit makes a write fail partway, as a full disk does.
    ///
    /// The limit applies to the whole process, so the test runs in a process of its own.
    @Test func rollsBackPartialWrite() async {
        await #expect(processExitsWith: .success) {
            try await withTemporaryDirectory { directory in
                let path = directory + "/events.ndjson"
                let batch = try EventBatch.stub(["/1", "/2", "/3"])
                signal(SIGXFSZ, SIG_IGN)
                var limit = rlimit(rlim_cur: rlim_t(batch.body.count * 2 - 100), rlim_max: rlim_t.max)
                try #require(setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)

                let sink = try FileSink(configuration: .init(path: path))
                try await sink.deliver(batch)
                let before = try String(contentsOfFileAt: path)
                let error = await #expect(throws: DeliveryError.self) { try await sink.deliver(batch) }
                #expect(error?.code == .retryable)
                #expect(error?.reason.contains("File too large") == true)
                #expect(try String(contentsOfFileAt: path) == before)

                // After the limit is lifted, the next batch follows complete lines.
                limit.rlim_cur = rlim_t.max
                try #require(setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
                try await sink.deliver(batch)
                #expect(try String(contentsOfFileAt: path) == before + before)
            }
        }
    }
    #endif
}
