//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if SQLite
/// The frames of an SQLite write-ahead log, without a check of their checksums (SQLite's file format, section 4.1).
struct WriteAheadLog {
    static let headerBytes = 32
    static let frameHeaderBytes = 24

    private let bytes: [UInt8]

    /// Creates a log.
    ///
    /// - Parameter bytes: The content of the file.
    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    private func word(_ offset: Int) -> UInt32 { self.bytes[offset..<(offset + 4)].reduce(0) { $0 << 8 | UInt32($1) } }

    /// The size of a page; `nil` when the header is not that of a log.
    private var pageSize: Int? {
        guard self.bytes.count > WriteAheadLog.headerBytes, self.word(0) & ~1 == 0x377f_0682 else { return nil }
        let size = Int(self.word(8))
        return size >= 512 && size <= 65536 && size & (size - 1) == 0 ? size : nil
    }

    /// The versions of the database's first page, the oldest first.
    var firstPages: [ArraySlice<UInt8>] {
        guard let pageSize = self.pageSize else { return [] }
        let frame = WriteAheadLog.frameHeaderBytes + pageSize
        return stride(from: WriteAheadLog.headerBytes, through: self.bytes.count - frame, by: frame)
            .filter { self.word($0) == 1 }
            .map { self.bytes[($0 + WriteAheadLog.frameHeaderBytes)..<($0 + frame)] }
    }
}
#endif
