#if SQLite
import Tracify
#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Says that a store is in use, to other processes and to other stores of this one.
///
/// The lock is on a file of its own, because SQLite's locks on the database go when anyone in the process closes that file. The
/// kernel gives it back when the process ends, however it ends; the file stays.
final class FileLock: Sendable {
    private let descriptor: Int32

    init(path: String) throws(EventStoreError) {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw EventStoreError(.disk, "open \(path): \(FileLock.problem(errno))") }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            close(descriptor)
            guard code == EWOULDBLOCK else { throw EventStoreError(.disk, "lock \(path): \(FileLock.problem(code))") }
            throw EventStoreError(.inUse, "another store, in this process or another, has \(path) locked")
        }
        self.descriptor = descriptor
    }

    static func problem(_ code: Int32) -> String { String(cString: strerror(code)) }

    deinit {
        // Said aloud, because a child process between fork and exec holds the descriptor too, and would keep the lock.
        _ = flock(self.descriptor, LOCK_UN)
        close(self.descriptor)
    }
}
#endif
