//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Tool
import Tracify
#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// The file that says how far a replay has come, so that it can be continued.
struct ResumeFile: ~Copyable {
    /// How far the replay of one file has come.
    struct Entry: Codable, Hashable {
        var path: String
        var device: UInt64
        var inode: UInt64
        /// The hash of the file's beginning up to ``headLength``: an inode number may be used again.
        var head: String
        var headLength: Int
        var offset: Int
        var line: Int
        var event: Int

        var position: ReplayPosition { ReplayPosition(offset: self.offset, line: self.line, event: self.event) }
    }

    private struct Content: Codable {
        var version = 1
        var files: [Entry] = []
    }

    private let path: String
    private let lock: Int32
    private var content: Content

    private static let limit = 1 << 20
    private static let maximumHead = 1024

    /// Reads the file if it is there, and locks it.
    ///
    /// - Parameter path: The path; a lock file is beside it.
    /// - Throws: ``ToolError`` when another replay uses it, or it is something else.
    init(_ path: String) throws(ToolError) {
        self.path = path
        self.lock = open("\(path).lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        self.content = Content()
        guard self.lock >= 0 else { throw ToolError("Cannot create \(path).lock: \(String(cString: strerror(errno))).") }
        guard flock(self.lock, LOCK_EX | LOCK_NB) == 0 else {
            throw ToolError("Another replay uses the resume file \(path). Wait for its end.", .temporaryFailure)
        }
        guard FileManager.default.fileExists(atPath: path) else { return }
        let bytes = try InputFile.content(of: path, limit: Self.limit)
        do {
            self.content = try JSONDecoder().decode(Content.self, from: Data(bytes))
        } catch {
            throw ToolError("\(path) is not a resume file; it was not changed. Choose another --resume.", .dataFormat)
        }
        guard self.content.version == 1 else { throw ToolError("\(path) is of a newer version of tracifyctl.", .dataFormat) }
    }

    deinit {
        if self.lock >= 0 { close(self.lock) }
    }

    /// Returns the place at which to begin a file.
    ///
    /// - Parameters:
    ///   - file: The file.
    ///   - path: The file's path.
    /// - Returns: The place; the beginning of a file that is not known.
    /// - Throws: ``ToolError`` when another file is at a known path, or the file is shorter than what was delivered of it.
    func start(of file: borrowing InputFile, path: String) throws(ToolError) -> ReplayPosition {
        guard let identity = file.identity else { throw ToolError("Cannot read \(path).", .noInput) }
        for entry in self.content.files where entry.device == identity.device && entry.inode == identity.inode {
            guard try Self.head(of: path, length: entry.headLength) == entry.head, identity.size >= entry.offset else { continue }
            return entry.position
        }
        guard !self.content.files.contains(where: { $0.path == path }) else {
            throw ToolError(
                "\(path) is not the file that \(self.path) describes: it was replaced or cut. Choose another --resume to begin anew."
            )
        }
        return ReplayPosition()
    }

    /// Records how far a file has come, durably.
    mutating func save(_ position: ReplayPosition, of identity: FileIdentity, path: String) throws(ToolError) {
        let known = self.content.files.firstIndex { $0.device == identity.device && $0.inode == identity.inode }
        var entry =
            known.map { self.content.files[$0] }
            ?? Entry(
                path: path,
                device: identity.device,
                inode: identity.inode,
                head: "",
                headLength: 0,
                offset: 0,
                line: 0,
                event: 0
            )
        if entry.headLength < Self.maximumHead {
            entry.headLength = min(position.offset, Self.maximumHead)
            entry.head = try Self.head(of: path, length: entry.headLength)
        }
        (entry.path, entry.offset, entry.line, entry.event) = (path, position.offset, position.line, position.event)
        if let known { self.content.files[known] = entry } else { self.content.files.append(entry) }
        try self.write()
    }

    private func write() throws(ToolError) {
        guard let data = try? JSONEncoder().encode(self.content) else { throw ToolError("Cannot write \(self.path).") }
        let temporary = "\(self.path).new"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        var number = descriptor < 0 ? errno : writeAll([UInt8](data) + [UInt8(ascii: "\n")], to: descriptor)
        if number == 0, fsync(descriptor) != 0 { number = errno }
        if descriptor >= 0 { close(descriptor) }
        if number == 0, rename(temporary, self.path) != 0 { number = errno }
        guard number == 0 else { throw ToolError("Cannot write \(self.path): \(String(cString: strerror(number))).") }
    }

    private static func head(of path: String, length: Int) throws(ToolError) -> String {
        let file = try InputFile(path)
        var bytes: [UInt8] = []
        while bytes.count < length, try file.read(into: &bytes, count: length - bytes.count) {}
        return AnonymizedHash(hashing: String(decoding: bytes, as: UTF8.self)).description
    }
}
#endif
