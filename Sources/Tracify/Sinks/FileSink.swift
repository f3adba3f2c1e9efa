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
/// The file is created with mode 0600. A batch is written as a whole or not at all: when a write fails, for example on a full
/// disk, the written part is removed and the delivery fails as retryable. After a crash during a write, the next start removes
/// the incomplete last line.
///
/// When another process renames or removes the file, as logrotate does, the next batch goes to a new file at the same path. The
/// file is locked while it is open, so only one sink at a time can use it.
///
/// The sink accesses the file on an executor of its own, never on the threads that the server's tasks share.
public actor FileSink: EventSink {
    /// The file's path.
    public nonisolated var path: String { self.configuration.path }

    private nonisolated let configuration: Configuration
    private let now: @Sendable () -> Date
    private let executor: BlockingExecutor
    private var file: EventFile?

    /// The executor on which the sink accesses the file.
    public nonisolated var unownedExecutor: UnownedSerialExecutor {
        self.executor.asUnownedSerialExecutor()
    }

    /// Opens the file, or creates it, and locks it.
    ///
    /// - Parameters:
    ///   - configuration: The path and the settings.
    ///   - now: A closure that returns the current time, for the file's age and the names of rotated files.
    /// - Throws: ``FileSinkError`` when the file cannot be opened, is not a regular file, does not hold one event per line, or is
    ///   in use; ``ValidationError`` naming a setting that is out of range.
    public init(configuration: Configuration, now: @escaping @Sendable () -> Date = { Date() }) throws {
        try configuration.validate()
        self.configuration = configuration
        self.now = now
        self.executor = BlockingExecutor(label: "tracify.file")
        self.file = try EventFile(path: configuration.path)
    }

    /// Appends the events of a batch, one per line.
    ///
    /// - Parameter batch: The events.
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

    private func write(_ lines: [UInt8]) throws(FileSinkError) {
        let now = self.now()
        if let file = self.file.take(), file.isCurrent {
            try self.rotateIfDue(file, adding: lines.count, now: now)
        }
        // A rotated file is closed at this point, which releases its lock.
        if self.file == nil {
            self.file = try EventFile(path: self.path)
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

    /// Closes the file.
    public func shutdown() async {
        self.file = nil
    }

    /// Returns a time in the form `20240621T123637Z`.
    private static func timestamp(_ date: Date) -> String {
        var bytes: [UInt8] = []
        UTCDateTime.write(seconds: UTCDateTime.seconds(of: date) ?? 0, to: &bytes)
        let digits = bytes.filter { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        return String(decoding: digits.prefix(8), as: UTF8.self) + "T" + String(decoding: digits.dropFirst(8), as: UTF8.self)
            + "Z"
    }
}
