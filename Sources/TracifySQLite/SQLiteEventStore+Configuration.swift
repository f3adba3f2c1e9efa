//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if SQLite
import Tracify

extension SQLiteEventStore {
    /// The settings of an SQLite store.
    ///
    /// Create the defaults for a path and change what differs.
    public struct Configuration: Sendable, Hashable {
        /// The file's path.
        ///
        /// The directory must exist and be writable, because SQLite's write-ahead log (`-wal`) and a lock file (`.lock`) are in
        /// the same directory. It must be on a local disk, not on a network share.
        ///
        /// A symbolic link is followed, and the other files are beside its target; one without a target is an error. A file that is
        /// not empty and not an event store is refused, and nothing is changed.
        public var path: String

        /// The maximum size of the files in bytes, write-ahead log included, 1 MiB to 1 TiB.
        ///
        /// Default: 1 GiB.
        ///
        /// A quarter of it, at most 8 MiB, is reserved for the write-ahead log. A single call that changes more than that makes the
        /// log grow by the same amount until the next checkpoint. The file does not shrink when events are deleted; its free
        /// pages are reused.
        public var maximumBytes: Int64 = 1 << 30

        /// The maximum number of dead letters, 0 to 10,000,000.
        ///
        /// Default: 10,000.
        ///
        /// Dead letters of page views are evicted first, then those of product views and add-to-carts, the oldest first. Those of
        /// orders, conversions and survey answers are never evicted: when they fill the limit, a further rejected order stays
        /// pending. Dead letters count toward ``maximumBytes``; those that may be evicted are evicted before an order is refused.
        public var maximumDeadLetters: Int = 10_000

        /// The time that the ledger keeps what became of an order, a conversion or a survey answer, 0 to 366 days; 0 for no ledger.
        ///
        /// Default: 30 days.
        public var ledgerDuration: Duration = .seconds(30 * 86_400)

        /// The maximum number of entries of the ledger, 0 to 10,000,000; the oldest are deleted.
        ///
        /// Default: 100,000.
        ///
        /// The ledger also takes at most about an eighth of ``maximumBytes``, 256 bytes for an entry, and its oldest entries are
        /// deleted before an order is refused.
        public var maximumLedgerEntries: Int = 100_000

        /// The time to wait for another process that has the file open, 0 to 300 seconds; 0 to fail at once.
        ///
        /// Default: 10 seconds.
        ///
        /// In a rolling deployment, the new process starts before the previous one has closed its store. ``SQLiteEventStore`` waits in
        /// its initializer, which blocks the calling thread, and then throws `EventStoreError.Code.inUse`. Choose at least the time
        /// that the previous process takes for its graceful shutdown.
        public var lockTimeout: Duration = .seconds(10)

        /// The guarantee that a commit gives.
        ///
        /// Default: ``Synchronization/full``.
        public var synchronization: Synchronization = .full

        /// Creates the default settings.
        ///
        /// - Parameter path: The file's path. The directory must exist and be writable.
        public init(path: String) {
            self.path = path
        }

        package static let allowedBytes = StoreBounds.allowedBytes

        func validate() throws(ValidationError) {
            // Not `ValidationError.check`, whose `Int` has 32 bits on watchOS.
            guard StoreBounds.allowedBytes.contains(self.maximumBytes) else {
                let (lowest, highest) = (StoreBounds.allowedBytes.lowerBound, StoreBounds.allowedBytes.upperBound)
                throw ValidationError(field: "store.maximumBytes", code: .outOfRange, allowed: "\(lowest) to \(highest) bytes")
            }
            try ValidationError.check(
                self.maximumDeadLetters,
                in: 0...10_000_000,
                field: "store.maximumDeadLetters",
                unit: "events"
            )
            try ValidationError.check(self.lockTimeout, in: .zero ... .seconds(300), field: "store.lockTimeout")
            try ValidationError.check(self.ledgerDuration, in: .zero ... .seconds(366 * 86_400), field: "store.ledgerDuration")
            try ValidationError.check(
                self.maximumLedgerEntries,
                in: 0...10_000_000,
                field: "store.maximumLedgerEntries",
                unit: "entries"
            )
        }
    }

    /// The guarantee that a commit gives.
    ///
    /// A struct, so that guarantees can be added without breaking a `switch`.
    public struct Synchronization: Sendable, Hashable {
        let mode: SynchronizationMode

        /// Committed events survive a power loss: each commit waits for an fsync.
        public static let full = Synchronization(mode: .full)
        /// Committed events survive a crash of the process.
        ///
        /// A power loss may undo the commits of the last seconds; the file stays consistent.
        public static let normal = Synchronization(mode: .normal)
    }
}
#endif
