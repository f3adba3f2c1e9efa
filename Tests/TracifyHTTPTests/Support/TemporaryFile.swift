//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if TestKit
import Foundation

/// A file in a temporary folder of its own, removed with the last reference.
final class TemporaryFile: Sendable {
    private let folder: URL
    let path: String

    init(_ text: String) throws {
        self.folder = FileManager.default.temporaryDirectory.appendingPathComponent("tracify-http-\(UUID().uuidString)")
        self.path = self.folder.appendingPathComponent("file").path
        try FileManager.default.createDirectory(at: self.folder, withIntermediateDirectories: true)
        try self.write(text)
    }

    /// Replaces the file at once, as an orchestrator that rotates a secret does.
    func write(_ text: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: self.path), options: .atomic)
    }

    func remove() throws {
        try FileManager.default.removeItem(atPath: self.path)
    }

    deinit {
        try? FileManager.default.removeItem(at: self.folder)
    }
}
#endif
