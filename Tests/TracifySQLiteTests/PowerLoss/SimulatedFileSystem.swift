//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if SQLite
import SimulatedDisk

@testable import TracifySQLite

/// The files of a simulated disk, as a store sees them past SQLite.
struct SimulatedFileSystem: StoreFileSystem {
    let disk: SimulatedDisk

    func realPath(_ path: String) -> String? { self.disk.realPath(path) }

    func status(_ path: String) -> StoreFileStatus? {
        self.disk.size(at: path).map { StoreFileStatus(kind: .file, size: $0, mode: 0o600) }
    }

    func read(_ path: String, from offset: Int, count: Int) throws(SystemError) -> [UInt8] {
        try self.perform { disk throws(SimulatedDisk.Result) in try disk.read(path, at: offset, count: count) }
    }

    func write(_ bytes: [UInt8], to path: String) throws(SystemError) {
        try self.perform { disk throws(SimulatedDisk.Result) in try disk.replace(path, with: bytes) }
    }

    func rename(_ path: String, to newPath: String) throws(SystemError) {
        try self.perform { disk throws(SimulatedDisk.Result) in try disk.rename(path, to: newPath) }
    }

    func remove(_ path: String) throws(SystemError) {
        try self.perform { disk throws(SimulatedDisk.Result) in try disk.remove(path) }
    }

    func synchronizeDirectory(of path: String) { try? self.disk.syncDirectory() }

    func open(_ path: String) throws(SystemError) -> any StoreFile {
        try self.perform { disk throws(SimulatedDisk.Result) in SimulatedFile(disk: disk, file: try disk.open(path)) }
    }

    func lock(_ path: String) throws(SystemError) -> (any StoreFileLock)? {
        try self.perform { disk throws(SimulatedDisk.Result) in try disk.lock(path).map { SimulatedLock(disk: disk, file: $0) } }
    }

    func pause(_ duration: Duration) {}

    private func perform<Value>(
        _ body: (SimulatedDisk) throws(SimulatedDisk.Result) -> Value
    ) throws(SystemError) -> Value {
        do {
            return try body(self.disk)
        } catch {
            throw SystemError(number: error.errorNumber)
        }
    }
}

private final class SimulatedFile: StoreFile {
    private let disk: SimulatedDisk
    private let file: Int32

    init(disk: SimulatedDisk, file: Int32) {
        self.disk = disk
        self.file = file
    }

    var size: Int? { self.disk.size(of: self.file) }

    func allocate(from offset: Int, count: Int) -> Int32 { self.disk.allocate(self.file, size: offset + count) }
}

private final class SimulatedLock: StoreFileLock {
    private let disk: SimulatedDisk
    private let file: Int32

    init(disk: SimulatedDisk, file: Int32) {
        self.disk = disk
        self.file = file
    }

    deinit {
        self.disk.unlock(self.file)
    }
}
#endif
