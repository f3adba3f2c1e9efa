#if SQLite
#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Looks for damage in SQLite's write-ahead log, which SQLite itself does not tell from the end of the log.
///
/// SQLite reads the log up to the first page whose checksum is wrong. After a crash that is as it should be: the last transaction
/// was not finished. But one transaction is on the disk before the next one begins, so there is at most one unfinished one. Two
/// commits of the same log behind a wrong page, or a log whose head is wrong, are damage. (With
/// ``SQLiteEventStore/Synchronization/normal`` and a loss of power they may be no more than what that setting gives up.) A
/// damaged last transaction cannot be told from an unfinished one.
enum StoreLog {
    private static let headBytes = 32
    private static let frameHeadBytes = 24

    static func isDamaged(path: String) -> Bool {
        guard let bytes = FileManager.default.contents(atPath: path), bytes.count > StoreLog.headBytes else { return false }
        return [UInt8](bytes).withUnsafeBytes { StoreLog.isDamaged($0) }
    }

    private static func isDamaged(_ log: UnsafeRawBufferPointer) -> Bool {
        func word(_ offset: Int) -> UInt32 { UInt32(bigEndian: log.loadUnaligned(fromByteOffset: offset, as: UInt32.self)) }
        // An empty head is that of a log that was cut or made longer, and nothing more.
        guard log.prefix(StoreLog.headBytes).contains(where: { $0 != 0 }) else { return false }
        let magic = word(0)
        guard magic & ~1 == 0x377f_0682 else { return true }
        var checksum = LogChecksum(isBigEndian: magic & 1 == 1)
        checksum.add(log, 0..<24)
        guard checksum.first == word(24), checksum.second == word(28) else { return true }
        let pageSize = Int(word(8))
        guard pageSize >= 512, pageSize <= 65536, pageSize & (pageSize - 1) == 0 else { return true }

        var isValid = true
        var lostCommits = 0
        var offset = StoreLog.headBytes
        while offset + StoreLog.frameHeadBytes + pageSize <= log.count {
            let page = offset + StoreLog.frameHeadBytes
            let isOfThisLog = word(offset + 8) == word(16) && word(offset + 12) == word(20)
            if isValid {
                checksum.add(log, offset..<(offset + 8))
                checksum.add(log, page..<(page + pageSize))
                isValid = isOfThisLog && checksum.first == word(offset + 16) && checksum.second == word(offset + 20)
            }
            // The second word is set in a transaction's last page only.
            if !isValid, isOfThisLog, word(offset + 4) != 0 {
                lostCommits += 1
            }
            offset = page + pageSize
        }
        return lostCommits > 1
    }
}

/// The running checksum of SQLite's write-ahead log.
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
