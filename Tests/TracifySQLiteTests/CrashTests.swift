//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if SQLite && !os(iOS) && !os(tvOS) && !os(watchOS) && !os(visionOS)
import Foundation
import Testing
import Tracify

@testable import TracifySQLite

@Suite(.serialized)
struct ProcessTests {
    let directory = TemporaryDirectory()

    @Test(arguments: 1...12)
    func keepsEveryCommittedEventThroughSIGKILL(round: Int) async throws {
        var generator = SplitMix64(seed: UInt64(round))
        let microseconds = Int.random(in: 0...60_000, using: &generator)
        let (path, acknowledgements) = (self.directory.store, "\(self.directory.path)/acknowledged")
        await #expect(processExitsWith: .signal(SIGKILL)) {
            [path = path as String, acknowledgements = acknowledgements as String, microseconds = microseconds as Int] in
            try await appendUntilKilled(path, acknowledgements, after: microseconds)
        }
        let lines = (try? String(contentsOfFile: acknowledgements, encoding: .utf8)) ?? ""
        let acknowledged = lines.split(separator: "\n").compactMap { Int($0) }

        let store = try self.directory.open()
        #expect(store.quarantinePath == nil)
        let events = try await store.all()
        let found = events.compactMap(number)
        #expect(events.count == found.count && Set(found).count == found.count)
        #expect(events.allSatisfy { $0.event.json.count == 600 })
        #expect(Set(acknowledged).subtracting(found) == [], "lost")
        // A call that was not acknowledged may be committed: both of its events or none.
        let calls = Dictionary(grouping: found) { $0 / 2 }
        #expect(calls.values.allSatisfy { $0.count == 2 })
        await store.close()
    }

    @Test func refusesASecondProcessUntilTheFirstHasEnded() async throws {
        let store = try self.directory.open()
        let path = self.directory.store
        await #expect(processExitsWith: .exitCode(42)) { [path = path as String] in
            do {
                var configuration = SQLiteEventStore.Configuration(path: path)
                configuration.lockTimeout = .zero
                _ = try SQLiteEventStore(configuration: configuration)
            } catch let error as EventStoreError {
                exit(error.code == .inUse ? 42 : 1)
            }
        }
        _ = try await store.append([event(1)])
        await store.close()
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            let store = try SQLiteEventStore(configuration: .init(path: path))
            _ = try await store.append([event(2)])
            kill(getpid(), SIGKILL)
        }
        let next = try self.directory.open()
        #expect(try await next.all().compactMap(number) == [1, 2])
        await next.close()
    }
}

/// Appends pairs of events from several tasks, and writes each event's number to a file when it is acknowledged.
private func appendUntilKilled(_ path: String, _ acknowledgements: String, after microseconds: Int) async throws {
    let store = try SQLiteEventStore(configuration: .init(path: path))
    let descriptor = open(acknowledgements, O_WRONLY | O_CREAT | O_APPEND, 0o600)
    DispatchQueue.global().asyncAfter(deadline: .now() + .microseconds(microseconds)) { kill(getpid(), SIGKILL) }
    try await withThrowingTaskGroup(of: Void.self) { group in
        for writer in 0..<8 {
            group.addTask {
                for round in 0... {
                    let number = (round * 8 + writer) * 2
                    let type: EventType = writer.isMultiple(of: 2) ? .pageView : .purchase
                    _ = try await store.append([event(number, type, bytes: 600), event(number + 1, bytes: 600)])
                    let line = Array("\(number)\n\(number + 1)\n".utf8)
                    guard write(descriptor, line, line.count) == line.count else { return }
                }
            }
        }
        try await group.waitForAll()
    }
}
#endif
