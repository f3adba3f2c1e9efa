//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if SQLite
import Foundation
package import TracifySQLite

/// The files of a simulated disk, as a store sees them past SQLite.
package struct SimulatedFileSystem: StoreFileSystem {
    private let disk: SimulatedDisk

    package init(disk: SimulatedDisk) {
        self.disk = disk
    }

    package func realPath(_ path: String) -> String? {
        // There is one directory, and there are no links.
        if path.hasSuffix("/") { return String(path.dropLast()) }
        return self.disk.exists(path) ? path : nil
    }

    package func status(_ path: String) -> StoreFileStatus? {
        guard let file = try? self.disk.open(path) else { return nil }
        return StoreFileStatus(kind: .file, size: self.disk.size(of: file), mode: 0o600)
    }

    package func read(_ path: String, from offset: Int, count: Int) throws(SystemError) -> [UInt8] {
        try self.perform { () throws(SimulatedDisk.Result) in
            try self.disk.read(try self.disk.open(path), at: offset, count: count)
        }
    }

    package func write(_ bytes: [UInt8], to path: String) throws(SystemError) {
        try self.perform { () throws(SimulatedDisk.Result) in
            let file = try self.disk.open(path, creates: true)
            try self.disk.resize(file, to: 0)
            try self.disk.write(bytes, to: file, at: 0)
            try self.disk.sync(file)
        }
    }

    package func rename(_ path: String, to newPath: String) throws(SystemError) {
        try self.perform { () throws(SimulatedDisk.Result) in try self.disk.rename(path, to: newPath) }
    }

    package func remove(_ path: String) throws(SystemError) {
        try self.perform { () throws(SimulatedDisk.Result) in
            if self.disk.exists(path) { try self.disk.unlink(path) }
        }
    }

    package func synchronizeDirectory(of path: String) { try? self.disk.syncDirectory() }

    package func open(_ path: String) throws(SystemError) -> any StoreFile {
        try self.perform { () throws(SimulatedDisk.Result) in
            SimulatedFile(disk: self.disk, file: try self.disk.open(path))
        }
    }

    package func lock(_ path: String) throws(SystemError) -> (any StoreFileLock)? {
        try self.perform { () throws(SimulatedDisk.Result) in
            let file = try self.disk.open(path, creates: true)
            return self.disk.tryLock(file) ? SimulatedFileLock(disk: self.disk, file: file) : nil
        }
    }

    package func pause(_ duration: Duration) {}

    private func perform<Value>(_ body: () throws(SimulatedDisk.Result) -> Value) throws(SystemError) -> Value {
        do {
            return try body()
        } catch {
            throw SystemError(number: error.errorNumber)
        }
    }
}

extension SimulatedDisk.Result {
    /// The `errno`.
    fileprivate var errorNumber: Int32 {
        switch self {
        case .ok: 0
        case .failed: EIO
        case .full: ENOSPC
        case .missing: ENOENT
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

    func allocate(from offset: Int, count: Int) -> Int32 {
        do throws(SimulatedDisk.Result) {
            try self.disk.resize(self.file, to: max(offset + count, self.disk.size(of: self.file)))
            return 0
        } catch {
            return error.errorNumber
        }
    }
}

private final class SimulatedFileLock: StoreFileLock {
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
