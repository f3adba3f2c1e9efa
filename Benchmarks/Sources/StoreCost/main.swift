//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

// Measures the cost of a durable event, next to the cost of the disk itself.
//
// swift run -c release StoreCost [directory]

import Foundation
import Synchronization
import Tracify
import TracifySQLite

private let directory = CommandLine.arguments.dropFirst().first ?? FileManager.default.currentDirectoryPath
private let path = "\(directory)/store-cost-\(ProcessInfo.processInfo.processIdentifier).sqlite"
private let clock = ContinuousClock()

private func removeFiles() {
    for suffix in ["", "-wal", "-shm", ".lock", ".raw"] { try? FileManager.default.removeItem(atPath: path + suffix) }
}

private func report(_ name: String, _ durations: [Duration]) {
    let sorted = durations.sorted()
    func microseconds(_ share: Double) -> Int {
        Int(sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))] / .microseconds(1))
    }
    print("\(name): p50 \(microseconds(0.5)) us, p99 \(microseconds(0.99)) us, max \(microseconds(1)) us")
}

private func measure(_ count: Int, _ body: () async throws -> Void) async rethrows -> [Duration] {
    var durations: [Duration] = []
    for _ in 0..<count {
        let start = clock.now
        try await body()
        durations.append(clock.now - start)
    }
    return durations
}

private let json = Array((#"{"p":""# + String(repeating: "x", count: 590) + #""}"#).utf8)[...]

private let orders = Atomic(0)

private func event(_ type: EventType) -> EncodedEvent {
    let date = Date(timeIntervalSince1970: Date().timeIntervalSince1970.rounded(.down))
    // An order has an entry in the store's ledger.
    let orderID = type == .purchase ? "ORDER-\(orders.add(1, ordering: .relaxed).newValue)" : nil
    return EncodedEvent(id: EventID(date: date), type: type, date: date, json: json, orderID: orderID)
}

/// Measures the disk alone.
///
/// A commit writes at least one 4 KiB page with its frame header to the write-ahead log; an order changes a page of its table and
/// the one of the sequence, so two.
private func measureRaw(pages: Int) async {
    let descriptor = open("\(path).raw", O_RDWR | O_CREAT | O_TRUNC, 0o600)
    let bytes = [UInt8](repeating: 1, count: 4120 * pages)
    var offset = 0
    let durations = await measure(1000) {
        _ = pwrite(descriptor, bytes, bytes.count, off_t(offset))
        _ = fdatasync(descriptor)
        // Overwrites existing bytes, as the write-ahead log does after its first checkpoint.
        offset = (offset + bytes.count) % (4 << 20)
    }
    close(descriptor)
    report("raw pwrite + fdatasync, \(pages) page(s)", durations)
}

removeFiles()
await measureRaw(pages: 1)
await measureRaw(pages: 2)

private let store = try SQLiteEventStore(configuration: .init(path: path))
// The file system writes its own journal, too, while the log grows, until its first checkpoint.
private let first = try await measure(1000) { _ = try await store.append([event(.purchase)]) }
report("single order, the first 1,000", first)
private let single = try await measure(1000) { _ = try await store.append([event(.purchase)]) }
report("single order", single)
// The two changes of threads and the transaction alone.
private let unwritten = try await measure(1000) { _ = try await store.summary() }
report("a call that writes nothing", unwritten)

for width in [8, 64] {
    let start = clock.now
    try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<width {
            group.addTask {
                for _ in 0..<(6400 / width) { _ = try await store.append([event(.purchase)]) }
            }
        }
        try await group.waitForAll()
    }
    print("orders one at a time from \(width) tasks: \(Int(6400 / ((clock.now - start) / .seconds(1)))) events/s")
}

private let batch = (0..<1000).map { event($0.isMultiple(of: 10) ? .purchase : .pageView) }
private var start = clock.now
for _ in 0..<200 { _ = try await store.append(batch) }
print("bulk append, 1,000 a call: \(Int(200_000 / ((clock.now - start) / .seconds(1)))) events/s")

for lane in DeliveryLane.allCases {
    start = clock.now
    var count = 0
    while true {
        let events = try await store.read(lane, after: 0, count: 1000).events
        guard !events.isEmpty else { break }
        _ = try await store.settle(events.map { Settlement(position: $0.position, outcome: .delivered) })
        count += events.count
    }
    print("read and settle \(lane), 1,000 a call: \(Int(Double(count) / ((clock.now - start) / .seconds(1)))) events/s")
}
for _ in 0..<200 { _ = try await store.append(batch) }
await store.close()
start = clock.now
private let reopened = try SQLiteEventStore(configuration: .init(path: path))
private let bytes = (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
print("open with \(bytes >> 20) MiB: \(Int((clock.now - start) / .milliseconds(1))) ms")
await reopened.close()
removeFiles()
