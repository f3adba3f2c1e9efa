#if SQLite
import Foundation
import Testing
import Tracify

@testable import TracifySQLite

@Suite("Dead letters")
struct DeadLetterTests {
    let directory = TemporaryDirectory()

    @Test("They keep id, content, reason and date, and come the newest first")
    func listing() async throws {
        let date = Date(timeIntervalSince1970: 1_718_973_397.25)
        var store = try self.directory.open(now: { date })
        _ = try await store.append([event(1, .pageView), event(2), event(3, .addToCart), event(4)])
        #expect(try await store.setAside([3], reason: "no currency") == [:])
        #expect(try await store.setAside([4, 1, 99], reason: String(repeating: "x", count: 5000)) == [:])
        for _ in 0..<2 {
            let letters = try await store.deadLetters(count: 10)
            #expect(letters.map(\.event.id) == [4, 1, 3])
            #expect(letters.map(\.event.type) == [.purchase, .pageView, .addToCart])
            #expect(letters.map { number($0.event) } == [4, 1, 3])
            #expect(letters.map(\.reason.count) == [1024, 1024, 11])
            #expect(letters.allSatisfy { $0.date == date })
            #expect(try await store.deadLetters(count: 1).map(\.event.id) == [4])
            #expect(try await store.all().map(\.id) == [2])
            #expect(try await store.waiting() == [.purchase: 1])
            await store.close()
            store = try self.directory.open()
        }
        await store.close()
    }

    @Test("They go back with new ids, in the order they came")
    func puttingBack() async throws {
        let store = try self.directory.open()
        _ = try await store.append([event(1), event(2, .pageView), event(3, .conversion), event(4)])
        _ = try await store.setAside([1, 2, 3], reason: "wrong site")
        #expect(try await store.putBackDeadLetters() == 3)
        #expect(try await store.all().map(\.id) == [4, 5, 6, 7])
        #expect(try await store.all().map(number) == [4, 1, 2, 3])
        #expect(try await store.deadLetters(count: 10) == [])
        #expect(try await store.waiting() == [.purchase: 2, .pageView: 1, .conversion: 1])
        #expect(try await store.putBackDeadLetters() == 0)
        await store.close()
    }

    @Test("The oldest go when there are too many, and are counted")
    func bound() async throws {
        let store = try self.directory.open(maximumDeadLetters: 5)
        _ = try await store.append((1...20).map { event($0, $0 < 3 ? .pageView : .purchase) })
        #expect(try await store.setAside([1, 2, 3], reason: "a") == [:])
        #expect(try await store.setAside([4, 5, 6, 7], reason: "b") == [.pageView: 2])
        #expect(try await store.setAside(Array(8...16), reason: "c") == [.purchase: 9])
        #expect(try await store.deadLetters(count: 100).map(\.event.id) == [16, 15, 14, 13, 12])
        await store.close()
        let smaller = try self.directory.open(maximumDeadLetters: 0)
        #expect(try await smaller.setAside([17], reason: "d") == [.purchase: 6])
        #expect(try await smaller.deadLetters(count: 100) == [])
        #expect(try await smaller.all().map(\.id) == [18, 19, 20])
        await smaller.close()
    }
}
#endif
