#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// Appends events to a file, one a line, in wire form (newline-delimited JSON).
///
/// The file is created with mode 0600. A batch is in it as a whole or not at all: when a write fails (a full disk), what was
/// written of it is taken back and the batch fails as retryable. After a crash in the middle of a write the next start cuts the
/// torn line off. When the file is renamed or removed by someone else (logrotate), the next batch goes to a new one under the old
/// name. One sink at a time: the file is locked while it is open.
///
/// File access happens on a thread of its own, never on one that the server's tasks share.
public actor FileSink: EventSink {
    /// When the file is put aside and a new one begun. Put aside is: given a name with the time, `events.ndjson.20240621T123637Z`.
    public struct Rotation: Sendable, Hashable {
        /// The file's size, in bytes, beyond which no batch is added to it. Default: none.
        public var maximumBytes: Int64?
        /// The age of the file's first event beyond which no batch is added to it. Default: none.
        public var maximumAge: Duration?

        /// No rotation.
        public init() {}
    }

    /// The file's path.
    public nonisolated let path: String
    private let rotation: Rotation
    private let synchronizes: Bool
    private let now: @Sendable () -> Date
    private let executor: BlockingExecutor
    private var file: EventFile?

    /// The sink's own thread.
    public nonisolated var unownedExecutor: UnownedSerialExecutor {
        self.executor.asUnownedSerialExecutor()
    }

    /// Opens the file, or creates it.
    ///
    /// - Parameters:
    ///   - path: The file's path. The directory must exist.
    ///   - rotation: When a new file is begun.
    ///   - synchronizes: Whether each batch is on the disk, and not only with the system, before it counts as delivered.
    ///   - now: What time it is, for the age and for the names of files put aside.
    /// - Throws: ``FileFailure`` when the file cannot be opened, is not a regular file, does not hold one event a line, or is in
    ///   use.
    public init(
        path: String,
        rotation: Rotation = Rotation(),
        synchronizes: Bool = true,
        now: @escaping @Sendable () -> Date = { Date() }
    ) throws(FileFailure) {
        self.path = path
        self.rotation = rotation
        self.synchronizes = synchronizes
        self.now = now
        self.executor = BlockingExecutor(label: "tracify.file")
        self.file = try EventFile(path: path)
    }

    /// Appends the batch's events, each on a line of its own.
    ///
    /// - Throws: ``DeliveryError/retryable(_:after:)`` when the file cannot be written.
    public func deliver(_ batch: EventBatch) async throws {
        var lines: [UInt8] = []
        lines.reserveCapacity(batch.body.count + batch.count)
        for event in batch {
            lines.append(contentsOf: event.json)
            lines.append(UInt8(ascii: "\n"))
        }
        do {
            try self.write(lines)
        } catch {
            throw DeliveryError.retryable("\(error)")
        }
    }

    private func write(_ lines: [UInt8]) throws(FileFailure) {
        let now = self.now()
        if let file = self.file.take(), file.isCurrent {
            try self.rotateIfDue(file, adding: lines.count, now: now)
        }
        // A file that was given up is closed by now, so its lock is gone.
        if self.file == nil {
            self.file = try EventFile(path: self.path)
        }
        do throws(FileFailure) {
            try self.file?.append(lines, synchronizing: self.synchronizes, at: now)
        } catch {
            // What could not be taken back is cut off when the file is opened again, or the open fails.
            if error.operation == "truncate" { self.file = nil }
            throw error
        }
    }

    /// Keeps the file, or puts it aside.
    private func rotateIfDue(_ file: consuming EventFile, adding count: Int, now: Date) throws(FileFailure) {
        let isFull = self.rotation.maximumBytes.map { file.size > 0 && file.size + Int64(count) > $0 } ?? false
        let age = file.firstEvent.map { now.timeIntervalSince($0) } ?? 0
        let isOld = self.rotation.maximumAge.map { age > $0 / .seconds(1) } ?? false
        guard isFull || isOld else {
            self.file = consume file
            return
        }
        do throws(FileFailure) {
            try file.putAside(as: "\(self.path).\(FileSink.timestamp(now))")
        } catch {
            // A file that cannot be put aside (a mounted file, a directory without write access) is still a place for events.
            self.file = consume file
        }
    }

    /// Closes the file.
    public func shutdown() async {
        self.file = nil
    }

    /// `20240621T123637Z`.
    private static func timestamp(_ date: Date) -> String {
        var bytes: [UInt8] = []
        WireTime.write(seconds: WireTime.seconds(of: date) ?? 0, to: &bytes)
        let digits = bytes.filter { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        return String(decoding: digits.prefix(8), as: UTF8.self) + "T" + String(decoding: digits.dropFirst(8), as: UTF8.self)
            + "Z"
    }
}
