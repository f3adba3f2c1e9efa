#if SQLite
import GRDB
#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Sees that the main file has its room on the disk before the log refers to it.
///
/// Otherwise, on a full disk, the log could not be moved into the main file, and so not be used again, and not even a deletion
/// would work any more. On systems without `posix_fallocate` nothing is done.
final class FileReserve: Sendable {
    /// How much is reserved at a time, in pages: 1 MiB.
    private static let chunk = 256

    private let descriptor: Int32
    private let maximumPages: Int

    /// - Parameter descriptor: The main file. It is closed with this object, and not before SQLite has closed the file, because
    ///   that ends SQLite's locks.
    init(descriptor: Int32, maximumPages: Int) {
        self.descriptor = descriptor
        self.maximumPages = maximumPages
    }

    /// - Throws: `DatabaseError`, with what SQLite says on a full disk, when there is no room.
    func ensure(pages: Int) throws {
        #if !canImport(Darwin)
        var status = stat()
        guard fstat(self.descriptor, &status) == 0 else { return }
        let size = Int(status.st_size)
        // After each checkpoint SQLite cuts off what is beyond the last page.
        guard size < pages * StoreBounds.pageSize else { return }
        let target = max(pages, min(pages + FileReserve.chunk, self.maximumPages))
        var code = self.allocate(from: size, pages: target)
        if code == ENOSPC, target > pages { code = self.allocate(from: size, pages: pages) }
        if code == ENOSPC || code == EDQUOT {
            throw DatabaseError(resultCode: .SQLITE_FULL, message: "database or disk is full")
        }
        #endif
    }

    #if !canImport(Darwin)
    private func allocate(from size: Int, pages: Int) -> Int32 {
        posix_fallocate(self.descriptor, off_t(size), off_t(pages * StoreBounds.pageSize - size))
    }
    #endif

    deinit {
        close(self.descriptor)
    }
}
#endif
