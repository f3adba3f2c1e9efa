//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if SQLite
import Foundation
import GRDB
import Logging
import ServiceLifecycle
import Synchronization
import Testing
import Tracify

@testable import TracifySQLite

/// A directory that exists for one test.
final class TemporaryDirectory: Sendable {
    let path: String

    init() {
        self.path = FileManager.default.temporaryDirectory.appendingPathComponent("store-\(UUID().uuidString)").path
        try? FileManager.default.createDirectory(atPath: self.path, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: self.path)
    }

    var store: String { "\(self.path)/events.sqlite" }

    var names: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: self.path)) ?? []).sorted() }

    /// The size of the main file and the write-ahead log, in bytes.
    var storeBytes: Int {
        ["", "-wal", "-shm"].reduce(0) { $0 + TemporaryDirectory.size("\(self.store)\($1)") }
    }

    static func size(_ path: String) -> Int {
        (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
    }

    static func mode(_ path: String) -> Int? {
        try? FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    /// Opens the store of this directory.
    func open(
        maximumBytes: Int64 = 1 << 30,
        maximumDeadLetters: Int = 10_000,
        adjusting adjust: (inout SQLiteEventStore.Configuration) -> Void = { _ in },
        log: LogRecorder = LogRecorder(),
        fileSystem: any StoreFileSystem = SystemFileSystem(),
        now: @escaping @Sendable () -> Date = { Date() }
    ) throws -> SQLiteEventStore {
        var configuration = SQLiteEventStore.Configuration(path: self.store)
        configuration.lockTimeout = .zero
        configuration.maximumBytes = maximumBytes
        configuration.maximumDeadLetters = maximumDeadLetters
        adjust(&configuration)
        return try SQLiteEventStore(configuration: configuration, logger: log.logger, fileSystem: fileSystem, now: now)
    }

    /// The number of rows of a table of the closed store.
    func count(_ table: String) throws -> Int {
        let queue = try DatabaseQueue(path: self.store)
        defer { try? queue.close() }
        return try queue.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM \(table)") ?? 0 }
    }

    /// Overwrites bytes of a file.
    func patch(_ path: String, at offset: Int, with bytes: [UInt8]) throws {
        let file = try #require(FileHandle(forUpdatingAtPath: path))
        try file.seek(toOffset: UInt64(offset))
        try file.write(contentsOf: bytes)
        try file.close()
    }
}

/// Records log messages.
final class LogRecorder: Sendable {
    private let entries = Mutex<[(level: Logger.Level, text: String)]>([])

    var logger: Logger {
        var logger = Logger(label: "test") { _ in Handler(recorder: self) }
        logger.logLevel = .trace
        return logger
    }

    /// The messages at level error.
    var errors: [String] { self.messages(.error) }

    func messages(_ level: Logger.Level) -> [String] {
        self.entries.withLock { entries in entries.filter { $0.level == level }.map(\.text) }
    }

    private struct Handler: LogHandler {
        let recorder: LogRecorder
        var metadata: Logger.Metadata = [:]
        var logLevel: Logger.Level = .trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { self.metadata[key] }
            set { self.metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let text = "\(event.message) \(event.metadata ?? [:])"
            self.recorder.entries.withLock { $0.append((event.level, text)) }
        }
    }
}

/// A clock that a test moves.
final class TestClock: Sendable {
    private let date: Mutex<Date>

    init(_ date: Date) {
        self.date = Mutex(date)
    }

    var now: Date { self.date.withLock { $0 } }

    func advance(by seconds: Double) {
        self.date.withLock { $0 += seconds }
    }
}

/// The machine's file system with a lock that another process holds, and a log of what is asked.
final class StubFileSystem: StoreFileSystem {
    private struct State {
        var failedLocks = 0
        var pauses: [Duration] = []
        var renames = 0
        var isFull = false
        var failedRenamePrefix: String?
        var onRename: @Sendable (String, String) -> Void = { _, _ in }
    }

    private let system = SystemFileSystem()
    private let state = Mutex(State())

    /// The number of attempts to lock that find the lock held.
    var failedLocks: Int {
        get { self.state.withLock { $0.failedLocks } }
        set { self.state.withLock { $0.failedLocks = newValue } }
    }
    /// Whether no file can be created.
    var isFull: Bool {
        get { self.state.withLock { $0.isFull } }
        set { self.state.withLock { $0.isFull = newValue } }
    }
    /// The beginning of the paths whose renames fail.
    var failedRenamePrefix: String? {
        get { self.state.withLock { $0.failedRenamePrefix } }
        set { self.state.withLock { $0.failedRenamePrefix = newValue } }
    }
    var pauses: [Duration] { self.state.withLock { $0.pauses } }
    var renames: Int { self.state.withLock { $0.renames } }
    var onRename: @Sendable (String, String) -> Void {
        get { self.state.withLock { $0.onRename } }
        set { self.state.withLock { $0.onRename = newValue } }
    }

    func realPath(_ path: String) -> String? { self.system.realPath(path) }
    func status(_ path: String) -> StoreFileStatus? { self.system.status(path) }
    func read(_ path: String, from offset: Int, count: Int) throws(SystemError) -> [UInt8] {
        try self.system.read(path, from: offset, count: count)
    }
    func write(_ bytes: [UInt8], to path: String) throws(SystemError) {
        guard !self.isFull else { throw SystemError(number: ENOSPC) }
        try self.system.write(bytes, to: path)
    }
    func rename(_ path: String, to newPath: String) throws(SystemError) {
        if let prefix = self.failedRenamePrefix, path.hasPrefix(prefix) { throw SystemError(number: EIO) }
        self.onRename(path, newPath)
        self.state.withLock { $0.renames += 1 }
        try self.system.rename(path, to: newPath)
    }
    func remove(_ path: String) throws(SystemError) { try self.system.remove(path) }
    func synchronizeDirectory(of path: String) { self.system.synchronizeDirectory(of: path) }
    func open(_ path: String) throws(SystemError) -> any StoreFile { try self.system.open(path) }
    func lock(_ path: String) throws(SystemError) -> (any StoreFileLock)? {
        let isHeld = self.state.withLock { state in
            guard state.failedLocks > 0 else { return false }
            state.failedLocks -= 1
            return true
        }
        return isHeld ? nil : try self.system.lock(path)
    }
    func pause(_ duration: Duration) { self.state.withLock { $0.pauses.append(duration) } }
}

/// Returns an event with a number in its JSON and in its date.
func event(
    _ number: Int,
    _ type: EventType = .purchase,
    bytes: Int = 0,
    orderID: String? = nil,
    site: String = ""
) -> EncodedEvent {
    let date = Date(timeIntervalSince1970: 1_718_973_397 + Double(number))
    let json = #"{"n":\#(number)}"#
    let padding = String(repeating: " ", count: max(0, bytes - json.utf8.count))
    return EncodedEvent(
        id: EventID(date: date),
        type: type,
        date: date,
        json: Array((json + padding).utf8)[...],
        orderID: orderID,
        site: site
    )
}

/// Returns whether two lists of events are the same.
///
/// As `==`, which is slow for thousands of bytes without optimization.
func areSame(_ events: [EncodedEvent], _ others: [EncodedEvent]) -> Bool {
    func withoutJSON(_ event: EncodedEvent) -> EncodedEvent {
        EncodedEvent(id: event.id, type: event.type, date: event.date, json: [], orderID: event.orderID, site: event.site)
    }
    return events.count == others.count
        && zip(events, others).allSatisfy { withoutJSON($0) == withoutJSON($1) && Data($0.json) == Data($1.json) }
}

/// Returns whether two lists of stored events are the same.
func areSame(_ events: [StoredEvent], _ others: [StoredEvent]) -> Bool {
    events.map(\.position) == others.map(\.position) && events.map(\.failures) == others.map(\.failures)
        && areSame(events.map(\.event), others.map(\.event))
}

/// Returns the number of an ``event(_:_:bytes:)``.
func number(_ event: EncodedEvent) -> Int? {
    Int(String(decoding: event.json.dropFirst(5).prefix { $0 != UInt8(ascii: "}") }, as: UTF8.self))
}

/// Returns the number of a stored ``event(_:_:bytes:)``.
func number(_ stored: StoredEvent) -> Int? {
    number(stored.event)
}

extension SQLiteEventStore {
    /// Returns all pending events of both lanes, by position.
    func all() async throws -> [StoredEvent] {
        try await self.oldest(.max)
    }

    /// Returns the oldest pending events of both lanes, by position.
    func oldest(_ count: Int) async throws -> [StoredEvent] {
        try await self.events(after: 0, count: count)
    }

    /// Returns events of both lanes after a position.
    func events(after position: UInt64, count: Int) async throws -> [StoredEvent] {
        var events: [StoredEvent] = []
        for lane in DeliveryLane.allCases { events += try await self.read(lane, after: position, count: count).events }
        return Array(events.sorted { $0.position < $1.position }.prefix(max(0, count)))
    }

    /// Settles events as delivered.
    func remove(_ positions: [UInt64]) async throws {
        _ = try await self.settle(positions.map { Settlement(position: $0, outcome: .delivered) })
    }

    /// Settles events as rejected.
    func moveToDeadLetters(_ positions: [UInt64], reason: String) async throws -> [EventType: Int] {
        try await self.settle(positions.map { Settlement(position: $0, outcome: .deadLetter(reason: reason)) }).evicted
    }

    /// Makes the write-ahead log hold the file's first page, as a growing file does.
    func touchFirstPage() async throws {
        for number in 0..<20 { _ = try await self.append([event(number, bytes: 3000)]) }
    }

    func pendingCounts() async throws -> [EventType: Int] {
        try await self.summary().pending
    }
}

/// Runs a tracker while `body` runs, then shuts it down gracefully and waits for it to end.
func running(_ tracker: Tracker, _ body: () async throws -> Void) async throws {
    let group = ServiceGroup(services: [tracker], logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
    let run = Task { try await group.run() }
    try await body()
    await group.triggerGracefulShutdown()
    try await run.value
}

/// Returns a tracker with a store that delivers, and tries again, within milliseconds.
func makeTracker(
    _ sink: some EventSink,
    _ store: SQLiteEventStore,
    adjusting adjust: (inout Tracker.Configuration) -> Void = { _ in }
) throws -> Tracker {
    var configuration = Tracker.Configuration(customerSiteID: try CustomerSiteID("6b29fc40-ca47-1067-b31d-00dd010662da"))
    // All tests share few threads, so a short limit of real time would measure them and not the store.
    configuration.storeTimeout = .seconds(600)
    configuration.batches.interval = .milliseconds(5)
    configuration.retry.initialBackoff = .milliseconds(2)
    configuration.retry.maximumBackoff = .milliseconds(10)
    adjust(&configuration)
    return try Tracker(
        configuration: configuration,
        sink: sink,
        store: store,
        logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
    )
}
#endif
