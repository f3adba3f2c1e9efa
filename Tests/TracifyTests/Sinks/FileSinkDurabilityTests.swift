//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Foundation
import Testing

@testable import Tracify

/// What is written through to the disk before a batch counts as delivered.
struct FileSinkDurabilityTests {
    /// Records the calls that write through, and fails on demand.
    private final class Disk: Sendable {
        let calls = Shared<[String]>([])
        let failures = Shared<[String: Int32]>([:])

        var operations: FileOperations {
            var operations = FileOperations()
            operations.synchronize = { _ in self.record("file") }
            operations.synchronizeDirectory = { self.record($0) }
            return operations
        }

        private func record(_ call: String) -> Int32 {
            self.calls.change { $0.append(call) }
            return self.failures.value[call] ?? 0
        }
    }

    @Test func synchronizesDirectoryWhenFileIsOpenedRotatedOrReplaced() async throws {
        try await withTemporaryDirectory { directory in
            let path = directory + "/events.ndjson"
            let disk = Disk()
            var configuration = FileSink.Configuration(path: path)
            configuration.maximumBytes = Int64(try EventBatch.stub(["/1", "/2"]).body.count)
            let sink = try FileSink(configuration: configuration, operations: disk.operations)
            #expect(disk.calls.value == [directory])
            for index in 1...2 { try await sink.deliver(try .stub(["/\(index)"])) }
            #expect(disk.calls.value == [directory, "file", "file"])
            try await sink.deliver(try .stub(["/3"]))
            #expect(disk.calls.value.suffix(2) == [directory, "file"], "after the rotation")
            try FileManager.default.removeItem(atPath: path)
            try await sink.deliver(try .stub(["/4"]))
            #expect(disk.calls.value.suffix(2) == [directory, "file"], "after the removal")
            #expect(disk.calls.value.count == 7)
        }
    }

    @Test func synchronizesNothingWhenDisabled() async throws {
        try await withTemporaryDirectory { directory in
            let disk = Disk()
            var configuration = FileSink.Configuration(path: directory + "/events.ndjson")
            configuration.synchronizesEachBatch = false
            configuration.maximumBytes = 10
            let sink = try FileSink(configuration: configuration, operations: disk.operations)
            for index in 1...3 { try await sink.deliver(try .stub(["/\(index)"])) }
            #expect(disk.calls.value.isEmpty)
        }
    }

    @Test func batchIsNotDeliveredWhileDirectoryCannotBeSynchronized() async throws {
        try await withTemporaryDirectory { directory in
            let path = directory + "/events.ndjson"
            let disk = Disk()
            let sink = try FileSink(configuration: .init(path: path), operations: disk.operations)
            try FileManager.default.removeItem(atPath: path)
            disk.failures.change { $0[directory] = EIO }
            for _ in 0..<2 {
                let error = await #expect(throws: DeliveryError.self) { try await sink.deliver(try .stub(["/1"])) }
                #expect(error?.code == .retryable)
                #expect(try String(contentsOfFileAt: path).isEmpty)
            }
            disk.failures.change { $0 = [:] }
            try await sink.deliver(try .stub(["/1"]))
            #expect(try String(contentsOfFileAt: path).hasPrefix("{"))
        }
    }

    @Test func removesBatchThatCannotBeSynchronized() async throws {
        try await withTemporaryDirectory { directory in
            let path = directory + "/events.ndjson"
            let disk = Disk()
            let sink = try FileSink(configuration: .init(path: path), operations: disk.operations)
            try await sink.deliver(try .stub(["/1"]))
            let before = try String(contentsOfFileAt: path)
            disk.failures.change { $0["file"] = EIO }
            await #expect(throws: DeliveryError.self) { try await sink.deliver(try .stub(["/2"])) }
            #expect(try String(contentsOfFileAt: path) == before)
        }
    }

    @Test func realDirectoriesAreSynchronized() async throws {
        try await withTemporaryDirectory { directory in
            #expect(FileOperations().synchronizeDirectory(directory) == 0)
            #expect(FileOperations().synchronizeDirectory(directory + "/missing") == ENOENT)
        }
    }
}
