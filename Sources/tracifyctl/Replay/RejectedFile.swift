//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Tool
import Tracify
#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// The file to which rejected events are appended, one JSON object a line with `reason`, `file`, `line` and `event`.
struct RejectedFile: ~Copyable {
    private let path: String
    private let descriptor: Int32

    /// Opens the file, or creates it with mode 0600.
    init(_ path: String) throws(ToolError) {
        self.path = path
        self.descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard self.descriptor >= 0 else { throw ToolError("Cannot write \(path): \(String(cString: strerror(errno))).") }
    }

    deinit {
        if self.descriptor >= 0 { close(self.descriptor) }
    }

    /// Appends events durably, before the replay passes over them.
    func append(_ items: some Sequence<ReplayItem>, reason: String, file: String) throws(ToolError) {
        var bytes: [UInt8] = []
        for item in items {
            // A line that is no JSON is kept as a text.
            let event = (try? JSONParser.parse(item.json)) ?? .string(String(decoding: item.json, as: UTF8.self))
            let line = JSONValue.object([
                "reason": .string(reason), "file": .string(file), "line": .integer(item.line), "event": event,
            ])
            bytes += line.line.utf8
            bytes.append(UInt8(ascii: "\n"))
        }
        var number = writeAll(bytes, to: self.descriptor)
        // A pipe or a terminal cannot be synchronized.
        if number == 0, fsync(self.descriptor) != 0, errno != EINVAL, errno != EROFS { number = errno }
        guard number == 0 else { throw ToolError("Cannot write \(self.path): \(String(cString: strerror(number))).") }
    }
}
#endif
