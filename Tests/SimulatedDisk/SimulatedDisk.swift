//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if SQLite
import CSimulatedDisk

/// A disk in memory, with a virtual file system for SQLite, that records what is written and rebuilds the states that a power loss
/// may leave.
package final class SimulatedDisk: @unchecked Sendable {  // The C disk has a mutex.
    /// What SQLite is told about the device.
    package enum Device: Int32, CaseIterable {
        /// A write changes no bytes beside its own, as SQLite assumes on Unix.
        case powersafeOverwrite = 0x1000
        /// Nothing: SQLite pads each commit to a whole sector.
        case unknown = 0
    }

    /// The kind of a recorded operation, or of one that fails.
    package enum Operation: Int32 {
        case write, resize, sync, syncDirectory, create, unlink, rename, read, lostSync
    }

    /// The result of an operation.
    package enum Result: Int32, Error {
        case ok = 0
        case failed = -1
        case full = -2
        case missing = -3
    }

    /// The file systems' rules for what makes a file's name durable.
    package enum NameRule: CaseIterable {
        /// A sync of the directory only, as POSIX says.
        case directorySync
        /// A sync of the file, too, as on ext4.
        case fileSync
    }

    let handle: OpaquePointer

    package init(seed: UInt64, device: Device = .powersafeOverwrite) {
        self.handle = simdisk_create(seed, device.rawValue)
    }

    deinit {
        simdisk_destroy(self.handle)
    }

    /// The name of the file system in SQLite.
    package var vfsName: String { String(cString: simdisk_vfs_name(self.handle)) }

    // MARK: - Log

    /// The number of recorded operations.
    package var logLength: Int { Int(simdisk_log_length(self.handle)) }

    /// Returns the kind of a recorded operation.
    package func operation(at index: Int) -> Operation? { Operation(rawValue: simdisk_log_kind(self.handle, Int64(index))) }

    /// Returns the disk as a power loss after a number of operations may leave it.
    package func image(at point: Int, policy: PowerLoss, names: NameRule = .directorySync) -> SimulatedDisk {
        let image = SimulatedDisk(seed: policy.seed)
        let walk = LogWalk(of: self, names: names)
        walk.move(to: point)
        walk.write(policy, to: image, records: true)
        return image
    }

    // MARK: - Faults

    /// Lets operations of a kind fail: the one after the next `count`, and those behind it, `times` altogether.
    package func fail(_ operation: Operation, after count: Int = 0, with result: Result = .failed, times: Int = 1) {
        simdisk_fail(self.handle, operation.rawValue, Int64(count), result.rawValue, Int64(times))
    }

    /// Determines whether syncs succeed without an effect.
    package func dropSyncs(_ drops: Bool) { simdisk_drop_syncs(self.handle, drops) }

    /// Limits the bytes on the disk; `nil` for no limit.
    package func limit(bytes: Int?) { simdisk_limit(self.handle, Int64(bytes ?? -1)) }

    /// Lets every further operation fail: a process that still runs changes nothing any more.
    package func halt() { simdisk_halt(self.handle) }

    // MARK: - Files

    /// The names on the disk, sorted.
    package var names: [String] {
        let names = (0..<simdisk_name_count(self.handle))
            .map { index in
                let bytes = [UInt8](unsafeUninitializedCapacity: 1024) { buffer, count in
                    let isThere = buffer.withMemoryRebound(to: CChar.self) { buffer in
                        simdisk_copy_name(self.handle, index, buffer.baseAddress, Int64(buffer.count))
                    }
                    count = isThere ? buffer.firstIndex(of: 0) ?? 0 : 0
                }
                return String(decoding: bytes, as: UTF8.self)
            }
        return names.sorted()
    }

    package func exists(_ path: String) -> Bool { simdisk_exists(self.handle, path) }

    /// Returns the number of a file, which stays valid.
    package func open(_ path: String, creates: Bool = false) throws(Result) -> Int32 {
        let file = simdisk_open(self.handle, path, creates)
        if let result = Result(rawValue: file), result != .ok { throw result }
        return file
    }

    package func size(of file: Int32) -> Int { Int(simdisk_size(self.handle, file)) }

    package func read(_ file: Int32, at offset: Int, count: Int) throws(Result) -> [UInt8] {
        var result: Int64 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            result = simdisk_read(self.handle, file, buffer.baseAddress, Int64(count), Int64(offset))
            initialized = max(0, Int(result))
        }
        guard result >= 0 else { throw Result(rawValue: Int32(result)) ?? .failed }
        return bytes
    }

    /// Returns the content of a file; `nil` when there is none.
    package func content(of path: String) -> [UInt8]? {
        guard let file = try? self.open(path) else { return nil }
        return try? self.read(file, at: 0, count: self.size(of: file))
    }

    package func write(_ bytes: [UInt8], to file: Int32, at offset: Int) throws(Result) {
        try self.check(simdisk_write(self.handle, file, bytes, Int64(bytes.count), Int64(offset)))
    }

    /// Truncates the file, or extends it with zeros.
    package func resize(_ file: Int32, to size: Int) throws(Result) {
        try self.check(simdisk_resize(self.handle, file, Int64(size)))
    }

    package func sync(_ file: Int32) throws(Result) { try self.check(simdisk_sync(self.handle, file)) }

    package func syncDirectory() throws(Result) { try self.check(simdisk_sync_directory(self.handle)) }

    package func rename(_ path: String, to newPath: String) throws(Result) {
        try self.check(simdisk_rename(self.handle, path, newPath))
    }

    package func unlink(_ path: String) throws(Result) { try self.check(simdisk_unlink(self.handle, path)) }

    /// Locks a file.
    ///
    /// - Returns: Whether it was not locked before.
    package func tryLock(_ file: Int32) -> Bool { simdisk_try_lock(self.handle, file) }

    package func unlock(_ file: Int32) { simdisk_unlock(self.handle, file) }

    private func check(_ code: Int32) throws(Result) {
        if let result = Result(rawValue: code), result != .ok { throw result }
    }

    // MARK: - Inspection

    /// What SQLite alone finds in a file.
    package struct Inspection {
        /// What is wrong; `nil` when `PRAGMA integrity_check` is ok.
        package let problem: String?
        /// A number that is the same for the same tables with the same rows; 0 without tables.
        package let fingerprint: UInt64
        /// The number of rows of all tables.
        package let rows: Int
    }

    /// Reads the whole file with SQLite, which changes the disk as opening a file does.
    package func inspect(_ path: String) -> Inspection {
        var result = simdisk_inspection()
        simdisk_inspect(self.handle, path, &result)
        let message = withUnsafeBytes(of: result.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        return Inspection(
            problem: result.code == 0 && result.is_intact ? nil : "\(message) (\(result.code))",
            fingerprint: result.fingerprint,
            rows: Int(result.rows)
        )
    }
}
#endif
