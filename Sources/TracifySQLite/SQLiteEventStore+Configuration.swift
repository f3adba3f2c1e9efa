#if SQLite
extension SQLiteEventStore {
    /// Where the file is, and its bounds.
    public struct Configuration: Sendable, Hashable {
        /// The smallest ``maximumBytes``, in bytes: 1 MiB.
        public static let smallestMaximumBytes: Int64 = 1 << 20

        /// The file's path. The directory must exist and be writable: SQLite's write-ahead log (`-wal`) and a lock file (`.lock`)
        /// lie beside it. It must be on a disk of this machine, not on a network share.
        public var path: String

        /// How many bytes on the disk the events may take, the write-ahead log included. Default: 1 GiB. Values below
        /// ``smallestMaximumBytes`` count as that.
        ///
        /// A quarter of it, 8 MiB at most, is kept for the log. A single call that changes more than the log's share lets the log
        /// grow by as much for a moment. The file does not shrink when events go: its free pages are used again.
        public var maximumBytes: Int64 = 1 << 30

        /// How many dead letters are kept. The oldest go when there are more. Default: 10,000. Negative values count as 0.
        ///
        /// Dead letters take their part of ``maximumBytes``, and are not given up to make room for events.
        public var maximumDeadLetters: Int = 10_000

        /// What "on the disk" means. Default: ``Synchronization/full``.
        public var synchronization: Synchronization = .full

        /// A file with the default bounds.
        ///
        /// - Parameter path: The file's path.
        public init(path: String) {
            self.path = path
        }
    }

    /// What "on the disk" means.
    public enum Synchronization: Sendable, Hashable {
        /// An acknowledged event survives the loss of power: the disk is waited for at each commit.
        case full
        /// An acknowledged event survives the end of the process, but the last seconds may be gone after a loss of power. The
        /// file stays in order.
        case normal
    }
}
#endif
