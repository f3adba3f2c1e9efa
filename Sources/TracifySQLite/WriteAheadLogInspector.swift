//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if SQLite
/// Detects damage in SQLite's write-ahead log, which SQLite itself treats as the end of the log.
///
/// SQLite reads the log up to the first page with a wrong checksum. After a crash that is correct: the last transaction was not
/// finished. A transaction is written as a whole before the next one begins, so at most one is unfinished. Each commit that failed,
/// for example because the fsync did, may have left its last pages as well: the next one overwrites the log from the same place, and
/// may be shorter.
///
/// A page's checksum continues that of the page before, so pages that were written one after the other form a chain. Two commits in
/// one chain after a wrong page, or a wrong log header, are therefore damage. (With ``SQLiteEventStore/Synchronization/normal`` and
/// a power loss they may also be the commits that this setting does not protect.) A damaged last transaction cannot be distinguished
/// from an unfinished one.
enum WriteAheadLogInspector {
    private static let headerBytes = 32
    private static let frameHeaderBytes = 24

    /// Returns whether a log is damaged.
    static func isDamaged(_ log: [UInt8]) -> Bool {
        guard log.count > WriteAheadLogInspector.headerBytes else { return false }
        return log.withUnsafeBytes { WriteAheadLogInspector.isDamaged($0) }
    }

    private static func isDamaged(_ log: UnsafeRawBufferPointer) -> Bool {
        func word(_ offset: Int) -> UInt32 { UInt32(bigEndian: log.loadUnaligned(fromByteOffset: offset, as: UInt32.self)) }
        // A header of zeros belongs to a log that was truncated or extended and never written.
        guard log.prefix(WriteAheadLogInspector.headerBytes).contains(where: { $0 != 0 }) else { return false }
        let magic = word(0)
        guard magic & ~1 == 0x377f_0682 else { return true }
        var checksum = LogChecksum(isBigEndian: magic & 1 == 1)
        checksum.add(log, 0..<24)
        guard checksum.first == word(24), checksum.second == word(28) else { return true }
        let pageSize = Int(word(8))
        guard pageSize >= 512, pageSize <= 65536, pageSize & (pageSize - 1) == 0 else { return true }

        var isValid = true
        var commitsOfChain = 0
        var offset = WriteAheadLogInspector.headerBytes
        while offset + WriteAheadLogInspector.frameHeaderBytes + pageSize <= log.count {
            let page = offset + WriteAheadLogInspector.frameHeaderBytes
            let isOfThisLog = word(offset + 8) == word(16) && word(offset + 12) == word(20)
            checksum.add(log, offset..<(offset + 8))
            checksum.add(log, page..<(page + pageSize))
            if !isOfThisLog || checksum.first != word(offset + 16) || checksum.second != word(offset + 20) {
                isValid = false
                commitsOfChain = 0
            }
            // The second word is set in a transaction's last frame only: it marks a commit.
            if !isValid, isOfThisLog, word(offset + 4) != 0 {
                commitsOfChain += 1
                if commitsOfChain > 1 { return true }
            }
            // A wrong page continues with its own checksum, as the pages behind it did when they were written.
            checksum.first = word(offset + 16)
            checksum.second = word(offset + 20)
            offset = page + pageSize
        }
        return false
    }
}

/// The cumulative checksum of SQLite's write-ahead log (SQLite's file format, section 4.2).
private struct LogChecksum {
    let isBigEndian: Bool
    var first: UInt32 = 0
    var second: UInt32 = 0

    init(isBigEndian: Bool) {
        self.isBigEndian = isBigEndian
    }

    mutating func add(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) {
        for offset in stride(from: range.lowerBound, to: range.upperBound, by: 8) {
            self.first &+= self.word(bytes, offset) &+ self.second
            self.second &+= self.word(bytes, offset + 4) &+ self.first
        }
    }

    private func word(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> UInt32 {
        let value = bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
        return self.isBigEndian ? UInt32(bigEndian: value) : UInt32(littleEndian: value)
    }
}
#endif
