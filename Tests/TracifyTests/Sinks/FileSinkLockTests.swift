//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Foundation
import Testing

@testable import Tracify

/// How two sinks or processes share one path, as in a rolling deployment.
struct FileSinkLockTests {
    /// Another process's lock on a file.
    private func lock(_ path: String) throws -> Int32 {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        try #require(descriptor >= 0)
        try #require(flock(descriptor, LOCK_EX | LOCK_NB) == 0)
        return descriptor
    }

    /// Ends the lock, also for a process that another test is starting and that still has a copy of the descriptor.
    private static func unlock(_ descriptor: Int32) {
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }

    private func configuration(_ path: String, lockTimeout: Duration) -> FileSink.Configuration {
        var configuration = FileSink.Configuration(path: path)
        configuration.lockTimeout = lockTimeout
        return configuration
    }

    @Test func locksFileExclusively() async throws {
        try await withTemporaryDirectory { directory in
            let configuration = self.configuration(directory + "/events.ndjson", lockTimeout: .zero)
            let first = try FileSink(configuration: configuration)
            let error = #expect(throws: FileSinkError.self) { _ = try FileSink(configuration: configuration) }
            #expect(error?.code == .inUse)
            #expect(error?.reason.hasPrefix("in use by another sink or process") == true)
            await first.shutdown()
            _ = try FileSink(configuration: configuration)
        }
    }

    @Test func waitsUntilFileIsUnlocked() async throws {
        try await withTemporaryDirectory { directory in
            let path = directory + "/events.ndjson"
            let other = try self.lock(path)
            let pauses = Shared<[Duration]>([])
            var operations = FileOperations()
            operations.pause = { pause in
                pauses.change { $0.append(pause) }
                if pauses.value.count == 3 { Self.unlock(other) }
            }
            let sink = try FileSink(configuration: self.configuration(path, lockTimeout: .seconds(1)), operations: operations)
            try await sink.deliver(try .stub(["/1"]))
            #expect(pauses.value == Array(repeating: .milliseconds(50), count: 3))
        }
    }

    @Test func waitsNoLongerThanLockTimeout() async throws {
        try await withTemporaryDirectory { directory in
            let path = directory + "/events.ndjson"
            let other = try self.lock(path)
            defer { Self.unlock(other) }
            let waited = Shared<Duration>(.zero)
            var operations = FileOperations()
            operations.pause = { pause in waited.change { $0 += pause } }
            for timeout in [Duration.zero, .milliseconds(120), .seconds(10)] {
                waited.change { $0 = .zero }
                let error = #expect(throws: FileSinkError.self) {
                    _ = try FileSink(configuration: self.configuration(path, lockTimeout: timeout), operations: operations)
                }
                #expect(error?.code == .inUse)
                #expect(waited.value == timeout)
            }
        }
    }

    /// The old process rotates its file while the new one waits for the lock.
    @Test func opensNewFileWhenLockedOneWasRotated() async throws {
        try await withTemporaryDirectory { directory in
            let path = directory + "/events.ndjson"
            let other = try self.lock(path)
            var operations = FileOperations()
            operations.pause = { _ in
                #expect(rename(path, path + ".1") == 0)
                Self.unlock(other)
            }
            let sink = try FileSink(configuration: self.configuration(path, lockTimeout: .seconds(1)), operations: operations)
            try await sink.deliver(try .stub(["/1"]))
            #expect(try String(contentsOfFileAt: path).hasPrefix("{"))
            #expect(try String(contentsOfFileAt: path + ".1").isEmpty)
        }
    }

    /// The old process is in the middle of a write when the new one starts.
    @Test func keepsLineThatLockOwnerCompletes() async throws {
        try await withTemporaryDirectory { directory in
            let path = directory + "/events.ndjson"
            let other = try self.lock(path)
            let batch = try EventBatch.stub(["/1"])
            let line = Array(try #require(batch.first).json) + Array("\n".utf8)
            #expect(write(other, Array(line.prefix(40)), 40) == 40)
            var operations = FileOperations()
            operations.pause = { _ in
                let rest = Array(line.dropFirst(40))
                #expect(write(other, rest, rest.count) == rest.count)
                Self.unlock(other)
            }
            let sink = try FileSink(configuration: self.configuration(path, lockTimeout: .seconds(1)), operations: operations)
            try await sink.deliver(batch)
            let text = String(decoding: line, as: UTF8.self)
            #expect(try String(contentsOfFileAt: path) == text + text)
        }
    }

    /// Delivery does not block on the lock of a file that another process put at the path: the tracker retries.
    @Test func deliveryFailsAtOnceWhileReplacedFileIsLocked() async throws {
        try await withTemporaryDirectory { directory in
            let path = directory + "/events.ndjson"
            var operations = FileOperations()
            operations.pause = { _ in Issue.record("a delivery waited for the lock") }
            let sink = try FileSink(configuration: self.configuration(path, lockTimeout: .seconds(10)), operations: operations)
            #expect(unlink(path) == 0)
            let other = try self.lock(path)
            let error = await #expect(throws: DeliveryError.self) { try await sink.deliver(try .stub(["/1"])) }
            #expect(error?.code == .retryable)
            Self.unlock(other)
            try await sink.deliver(try .stub(["/1"]))
        }
    }

    @Test(arguments: [Duration.seconds(-1), .seconds(86_401)])
    func rejectsLockTimeoutsOutOfRange(timeout: Duration) {
        let error = #expect(throws: ValidationError.self) {
            _ = try FileSink(configuration: self.configuration("/nowhere/events.ndjson", lockTimeout: timeout))
        }
        #expect(error?.field == "file.lockTimeout")
    }
}
