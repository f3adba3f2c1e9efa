//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if SQLite && os(Linux)
import Foundation
import Testing
import Tracify

@testable import TracifySQLite

/// A small file system in memory.
///
/// Only root can create one.
private final class SmallDisk: Sendable {
    static let isAvailable = (try? SmallDisk(bytes: 1 << 20)) != nil

    struct Unavailable: Error {}

    let directory = TemporaryDirectory()

    init(bytes: Int) throws {
        guard mount("tmpfs", self.directory.path, "tmpfs", 0, "size=\(bytes)") == 0 else { throw Unavailable() }
    }

    func setReadOnly(_ isReadOnly: Bool) -> Bool {
        let flags = UInt(MS_REMOUNT) | (isReadOnly ? UInt(MS_RDONLY) : 0)
        return mount("tmpfs", self.directory.path, "tmpfs", flags, nil) == 0
    }

    deinit {
        umount2(self.directory.path, Int32(MNT_DETACH))
    }
}

@Suite(.enabled(if: SmallDisk.isAvailable, "needs root, for a small file system"))
struct DiskTests {
    @Test func deletesOnAFullDiskAndCommitsNothingInPart() async throws {
        let disk = try SmallDisk(bytes: 6 << 20)
        let store = try disk.directory.open()
        var acknowledged: [Int] = []
        var failure: EventStoreError?
        var next = 0
        while failure == nil {
            let numbers = next..<(next + 37)
            next += 37
            do {
                _ = try await store.append(numbers.map { event($0, bytes: 1000) })
                acknowledged.append(contentsOf: numbers)
            } catch {
                failure = error
            }
            try #require(next < 20_000, "6 MiB are never full")
        }
        #expect(failure?.code == .disk)
        #expect(failure?.reason.contains("disk is full") == true, "\(String(describing: failure))")
        #expect(try await store.all().compactMap(number) == acknowledged)

        // Each deletion by the exporter makes room.
        try await store.remove(store.oldest(200).map(\.position))
        acknowledged.removeFirst(200)
        _ = try await store.append((next..<(next + 37)).map { event($0, bytes: 1000) })
        acknowledged.append(contentsOf: next..<(next + 37))
        await store.close()

        let reopened = try disk.directory.open()
        #expect(reopened.quarantinePath == nil)
        #expect(try await reopened.all().compactMap(number) == acknowledged)
        await reopened.close()
    }

    @Test func worksAgainWhenOtherFilesLeaveTheDisk() async throws {
        let disk = try SmallDisk(bytes: 16 << 20)
        let store = try disk.directory.open()
        _ = try await store.append([event(0)])
        let filler = "\(disk.directory.path)/filler"
        #expect(FileManager.default.createFile(atPath: filler, contents: nil))
        let file = try #require(FileHandle(forWritingAtPath: filler))
        while (try? file.write(contentsOf: Data(count: 4096))) != nil {}
        try file.close()
        let events = (1...3000).map { event($0, bytes: 1000) }
        let error = await #expect(throws: EventStoreError.self) { _ = try await store.append(events) }
        #expect(error?.code == .disk)
        #expect(try await store.all().count == 1)
        try FileManager.default.removeItem(atPath: filler)
        #expect(try await store.append(events) == [:])
        #expect(try await store.all().compactMap(number) == Array(0...3000))
        await store.close()
    }

    @Test func failsToOpenOnAFullDisk() throws {
        let disk = try SmallDisk(bytes: 8192)
        let error = #expect(throws: EventStoreError.self) { _ = try disk.directory.open() }
        #expect(error?.code == .disk)
    }

    @Test(arguments: [false, true])
    func failsToOpenOnAReadOnlyDisk(exists: Bool) async throws {
        let disk = try SmallDisk(bytes: 4 << 20)
        if exists {
            let store = try disk.directory.open()
            _ = try await store.append([event(1)])
            await store.close()
        }
        try #require(disk.setReadOnly(true))
        let error = #expect(throws: EventStoreError.self) { _ = try disk.directory.open() }
        #expect(error?.code == .disk && error?.reason.contains("Read-only") == true, "\(String(describing: error))")
        try #require(disk.setReadOnly(false))
        let store = try disk.directory.open()
        #expect(try await store.all().count == (exists ? 1 : 0))
        await store.close()
    }
}
#endif
