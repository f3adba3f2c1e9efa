//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// A sink that appends events to a file, one per line, in wire form (newline-delimited JSON).
///
/// A batch is written as a whole or not at all: when a write fails, for example on a full disk, the written part is removed and the
/// delivery fails as retryable. After a crash during a write, the next start removes the incomplete last line.
///
/// When another process renames or removes the file, as logrotate does, the next batch goes to a new file at the same path. The
/// file is locked while it is open, so only one sink at a time can use it; ``Configuration/lockTimeout`` is the time that a new one
/// waits for the old one to end.
///
/// ## What may be at the path
///
/// | At the path | The sink |
/// |---|---|
/// | nothing | creates the file with mode 0600 |
/// | an empty file, or one that begins with an event | appends to it, and keeps its mode and group |
/// | any other regular file | throws ``FileSinkError/Code/notEventFile``, and changes and locks nothing |
/// | a symbolic link, also to an event file | throws ``FileSinkError/Code/notRegularFile``; links to directories are followed |
/// | a directory, named pipe, socket or device | throws ``FileSinkError/Code/notRegularFile`` without opening it |
///
/// A file that follows a rotated, renamed or removed one gets its mode and group. When the process may not set the group, the group
/// gets no permissions.
///
/// The sink accesses the file on an executor of its own, never on the threads that the server's tasks share.
public actor FileSink: EventSink {
    /// The file's path.
    public nonisolated var path: String { self.configuration.path }

    private nonisolated let configuration: Configuration
    private let now: @Sendable () -> Date
    private let executor: BlockingExecutor
    private nonisolated let opener: EventFileOpener
    private var file: EventFile?
    /// The permissions of the file that was open last, which its successor gets.
    private var permissions: FilePermissions?
    private var isShutDown = false
    /// The lines of a batch, whose room is used again: the system clears memory that is asked for anew.
    private var lines: [UInt8] = []
    private static let keptCapacity = 1 << 20

    /// The executor on which the sink accesses the file.
    public nonisolated var unownedExecutor: UnownedSerialExecutor {
        self.executor.asUnownedSerialExecutor()
    }

    /// Opens the file, or creates it, and locks it.
    ///
    /// While another sink or process has the file locked, the call blocks its thread, at most for ``Configuration/lockTimeout``.
    ///
    /// - Parameters:
    ///   - configuration: The path and the settings.
    ///   - now: A closure that returns the current time, for the file's age and the names of rotated files.
    /// - Throws: ``FileSinkError`` when the file cannot be opened, is not a regular file, does not begin with an event, or is in
    ///   use; ``ValidationError`` naming a setting that is out of range.
    public init(configuration: Configuration, now: @escaping @Sendable () -> Date = { Date() }) throws {
        try self.init(configuration: configuration, now: now, operations: FileOperations())
    }

    init(
        configuration: Configuration,
        now: @escaping @Sendable () -> Date = { Date() },
        operations: FileOperations
    ) throws {
        try configuration.validate()
        self.configuration = configuration
        self.now = now
        self.executor = BlockingExecutor(label: "tracify.file")
        self.opener = EventFileOpener(
            path: configuration.path,
            synchronizes: configuration.synchronizesEachBatch,
            operations: operations
        )
        self.file = try self.opener.open(waiting: configuration.lockTimeout, permissions: nil)
    }

    /// Appends the events of a batch, one per line.
    ///
    /// - Parameter batch: The events.
    /// - Throws: ``DeliveryError/retryable(_:after:)`` when the file cannot be written, or after ``shutdown()``; `CancellationError`
    ///   when the task was cancelled before the sink began to write.
    public func deliver(_ batch: EventBatch) async throws {
        try Task.checkCancellation()
        // The file must not be opened again: the process that comes next may wait for its lock.
        guard !self.isShutDown else { throw DeliveryError.retryable("the file sink is shut down") }
        do {
            batch.appendLines(to: &self.lines)
            defer { self.lines.removeAll(keepingCapacity: self.lines.count <= FileSink.keptCapacity) }
            try self.write(self.lines)
        } catch {
            throw DeliveryError.retryable("\(error)")
        }
    }

    private func write(_ lines: [UInt8]) throws(FileSinkError) {
        let now = self.now()
        if let file = self.file.take() {
            self.permissions = file.permissions
            if file.isCurrent { try self.rotateIfDue(file, adding: lines.count, now: now) }
        }
        // A rotated file is closed at this point, which releases its lock.
        if self.file == nil {
            // Without waiting: the tracker retries the batch.
            self.file = try self.opener.open(waiting: .zero, permissions: self.permissions)
        }
        do throws(FileSinkError) {
            try self.file?.append(lines, synchronizing: self.configuration.synchronizesEachBatch, at: now)
        } catch {
            // Reopening the file removes the incomplete line, or fails.
            if error.operation == "truncate" { self.file = nil }
            throw error
        }
    }

    /// Rotates the file if a limit is exceeded, and keeps it otherwise.
    private func rotateIfDue(_ file: consuming EventFile, adding count: Int, now: Date) throws(FileSinkError) {
        let isFull = self.configuration.maximumBytes.map { file.size > 0 && file.size + Int64(count) > $0 } ?? false
        let age = file.firstEvent.map { now.timeIntervalSince($0) } ?? 0
        let isOld = self.configuration.maximumAge.map { age > $0 / .seconds(1) } ?? false
        guard isFull || isOld else {
            self.file = consume file
            return
        }
        do throws(FileSinkError) {
            try file.rotate(to: "\(self.path).\(FileSink.timestamp(now))")
        } catch {
            // A file that cannot be renamed (a mounted file, a directory without write permission) can still take events.
            self.file = consume file
        }
    }

    /// Closes the file, which releases its lock.
    ///
    /// Later deliveries fail.
    public func shutdown() async {
        self.isShutDown = true
        self.file = nil
    }

    /// Returns a time in the form `20240621T123637Z`.
    private static func timestamp(_ date: Date) -> String {
        let digits = UTCDateTime.withText(of: UTCDateTime.seconds(of: date) ?? 0) { text in
            text.filter { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        }
        return String(decoding: digits.prefix(8), as: UTF8.self) + "T" + String(decoding: digits.dropFirst(8), as: UTF8.self)
            + "Z"
    }
}
