#if SQLite
import Foundation
import Testing
import Tracify

@testable import TracifySQLite

@Suite("Storing")
struct StoringTests {
    let directory = TemporaryDirectory()

    @Test("Events come back in order, with type and bytes, also after a restart")
    func roundTrip() async throws {
        var store = try self.directory.open()
        let events = EventType.allCases.enumerated().map { event($0.offset, $0.element, bytes: $0.offset * 3000) }
        #expect(try await store.append(events) == [:])
        for _ in 0..<2 {
            let read = try await store.all()
            #expect(read.map { StorableEvent(type: $0.type, json: [UInt8]($0.json)) } == events)
            #expect(read.map(\.id) == Array(1...UInt64(events.count)))
            #expect(try await store.waiting() == Dictionary(uniqueKeysWithValues: EventType.allCases.map { ($0, 1) }))
            await store.close()
            store = try self.directory.open()
        }
        #expect(store.setAsidePath == nil)
        await store.close()
    }

    @Test("Reads a part, from any place")
    func paging() async throws {
        let store = try self.directory.open()
        let types = EventType.allCases
        _ = try await store.append((1...100).map { event($0, types[$0 % types.count]) })
        #expect(try await store.events(after: 0, count: 10).map(number) == Array(1...10))
        #expect(try await store.events(after: 95, count: 10).map(number) == Array(96...100))
        #expect(try await store.events(after: 100, count: 10) == [])
        #expect(try await store.events(after: .max, count: 10) == [])
        #expect(try await store.events(after: 0, count: 0) == [])
        await store.close()
    }

    @Test("Removes what is there and ignores what is not")
    func removal() async throws {
        let store = try self.directory.open()
        _ = try await store.append((1...10).map { event($0, $0.isMultiple(of: 2) ? .pageView : .purchase) })
        try await store.remove([9, 2, 3, 4, 77, 2, .max, 0])
        #expect(try await store.all().map(\.id) == [1, 5, 6, 7, 8, 10])
        #expect(try await store.waiting() == [.pageView: 3, .purchase: 3])
        try await store.remove([])
        await store.close()
    }

    @Test("Ids are never given twice, not after everything was deleted and not after a restart")
    func identifiers() async throws {
        var last: UInt64 = 0
        for round in 1...4 {
            let store = try self.directory.open()
            _ = try await store.append([event(round, .pageView), event(round)])
            let ids = try await store.all().map(\.id)
            #expect(ids.count == 2 && ids.allSatisfy { $0 > last })
            last = try #require(ids.last)
            try await store.remove(ids)
            #expect(try await store.waiting() == [:])
            await store.close()
        }
    }

    @Test("The files are readable for their owner only, and nothing else is created")
    func fileModes() async throws {
        let store = try self.directory.open()
        _ = try await store.append([event(1)])
        #expect(self.directory.names == ["events.sqlite", "events.sqlite-wal", "events.sqlite.lock"])
        for name in self.directory.names {
            #expect(TemporaryDirectory.mode("\(self.directory.path)/\(name)") == 0o600, "\(name)")
        }
        await store.close()
        #expect(self.directory.names == ["events.sqlite", "events.sqlite.lock"])
    }

    #if os(Linux)
    /// A process that is being started has every descriptor of its parent until it runs its own program.
    @Test("A closed store is free for the next one, even while a child process has its descriptors")
    func childProcess() async throws {
        let store = try self.directory.open()
        let lock = try #require(
            FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").compactMap { Int32($0) }
                .first {
                    (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)"))
                        == "\(self.directory.store).lock"
                }
        )
        let copy = dup(lock)
        defer { close(copy) }
        await store.close()
        let next = try self.directory.open()
        await next.close()
    }
    #endif

    @Test("Appending nothing is fine")
    func nothing() async throws {
        let store = try self.directory.open()
        #expect(try await store.append([]) == [:])
        #expect(try await store.all() == [])
        await store.close()
    }

    @Test("After closing, everything says so, and closing again does nothing")
    func closing() async throws {
        let store = try self.directory.open()
        _ = try await store.append([event(1)])
        await store.close()
        await store.close()
        let operations: [(SQLiteEventStore) async throws -> Void] = [
            { _ = try await $0.append([event(1)]) },
            { _ = try await $0.events(after: 0, count: 1) },
            { try await $0.remove([1]) },
            { _ = try await $0.setAside([1], reason: "") },
            { _ = try await $0.deadLetters(count: 1) },
            { _ = try await $0.putBackDeadLetters() },
            { _ = try await $0.waiting() },
        ]
        for operation in operations {
            let error = await #expect(throws: EventStoreError.self) { try await operation(store) }
            #expect(error?.code == .closed)
        }
    }

    @Test("Every append that raced with closing was committed or refused")
    func closingRace() async throws {
        for _ in 0..<20 {
            let store = try self.directory.open()
            try await store.remove(store.all().map(\.id))
            let accepted = await withTaskGroup(of: Int?.self) { group in
                for number in 0..<50 {
                    group.addTask { (try? await store.append([event(number)])) != nil ? number : nil }
                }
                group.addTask {
                    await store.close()
                    return nil
                }
                return await group.reduce(into: Set<Int>()) { if let number = $1 { $0.insert(number) } }
            }
            let reopened = try self.directory.open()
            #expect(try await Set(reopened.all().compactMap(number)) == accepted)
            await reopened.close()
        }
    }

    @Test("Concurrent appends all arrive, each whole, and share transactions", arguments: [4, 64])
    func concurrentAppends(width: Int) async throws {
        let store = try self.directory.open()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<width {
                group.addTask {
                    for round in 0..<20 {
                        _ = try await store.append([event(writer * 1000 + round), event(writer * 1000 + round + 500, .pageView)])
                    }
                }
            }
            try await group.waitForAll()
        }
        let events = try await store.all()
        #expect(events.count == width * 40)
        for (first, second) in zip(events, events.dropFirst()) where first.type == .purchase {
            #expect(number(second) == number(first).map { $0 + 500 })
        }
        let perWriter = Dictionary(grouping: events.filter { $0.type == .purchase }.compactMap(number)) { $0 / 1000 }
        #expect(perWriter.values.allSatisfy { $0 == $0.sorted() })
        await store.close()
    }

    @Test("A cancelled caller loses nothing and gets one answer")
    func cancellation() async throws {
        let store = try self.directory.open()
        let tasks = (0..<200)
            .map { number in
                let task = Task { try await store.append([event(number)]) }
                if number.isMultiple(of: 2) { task.cancel() }
                return task
            }
        for task in tasks { #expect(try await task.value == [:]) }
        #expect(try await store.all().count == 200)
        await store.close()
    }
}
#endif
