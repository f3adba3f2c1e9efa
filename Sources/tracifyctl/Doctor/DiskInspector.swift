//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Tool
#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// What the system says about the file system of a directory.
struct DiskInspector {
    /// The bytes that this user can still write; `nil` when they are not known.
    let freeBytes: Int?
    /// The kind of a network file system; `nil` for a local or unknown one.
    let networkKind: String?

    init(path: String) {
        var info = statvfs()
        let isKnown = statvfs(path, &info) == 0
        let free = UInt64(info.f_bavail).multipliedReportingOverflow(by: UInt64(info.f_frsize)).partialValue
        self.freeBytes = isKnown ? Int(clamping: free) : nil
        #if canImport(Darwin)
        var disk = statfs()
        self.networkKind = statfs(path, &disk) == 0 && disk.f_flags & UInt32(MNT_LOCAL) == 0 ? "not local" : nil
        #else
        let mounts = (try? InputFile.content(of: "/proc/self/mounts", limit: 1 << 22)) ?? []
        let kind = DiskInspector.kind(of: DiskInspector.realPath(path), String(decoding: mounts, as: UTF8.self))
        self.networkKind = kind.flatMap { DiskInspector.networkKinds.contains($0) ? $0 : nil }
        #endif
    }

    private static let networkKinds: Set<String> = [
        "9p", "afs", "beegfs", "ceph", "cifs", "fuse.glusterfs", "fuse.sshfs", "gluster", "lustre", "nfs", "nfs4", "smb3",
        "smbfs",
    ]

    private static func realPath(_ path: String) -> String {
        guard let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    /// Returns the kind of the file system at a path according to a list of mounts, as `/proc/self/mounts` has it.
    static func kind(of path: String, _ mounts: String) -> String? {
        var found: (length: Int, kind: String)?
        for line in mounts.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count > 2 else { continue }
            // A space in a mount point is written as `\040`.
            let point = words[1].split(separator: #"\040"#, omittingEmptySubsequences: false).joined(separator: " ")
            let isAbove = point == "/" || path == point || path.hasPrefix(point + "/")
            if isAbove, point.count >= found?.length ?? 0 { found = (point.count, String(words[2])) }
        }
        return found?.kind
    }
}
#endif
