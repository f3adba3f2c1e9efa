//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Tool
import Foundation
import Testing
import Tracify
import TracifySQLite

@testable import tracifyctl

@Suite(.timeLimit(.minutes(2)))
struct StoreTests {
    private let files: TestFiles
    private let path: String
    private let ids = (0..<5).map { _ in EventID() }

    /// Creates a store with three page views and an order, and one dead letter.
    init() async throws {
        self.files = try TestFiles()
        self.path = self.files.path("events.sqlite")
        let store = try SQLiteEventStore(configuration: .init(path: self.path))
        let events = self.ids.enumerated()
            .map { index, id in
                let json = index == 3 ? TestEvents.order("O-1") : TestEvents.pageView(index)
                return EncodedEvent(
                    id: id,
                    type: index == 3 ? .purchase : .pageView,
                    date: Date(timeIntervalSince1970: 1_718_973_397),
                    json: Array(json.utf8)[...],
                    orderID: index == 3 ? "O-1" : nil
                )
            }
        _ = try await store.append(events)
        let last = try #require(try await store.read(.observations, after: 0, count: 10).events.last)
        _ = try await store.settle([Settlement(position: last.position, outcome: .deadLetter(reason: "status 400: bad"))])
        await store.close()
    }

    private func run(_ arguments: String..., input: String = "") async throws -> ToolProcess.Result {
        try await ToolProcess.start(["store"] + arguments, environment: ["TRACIFY_STORE_PATH": self.path], input: input).finish()
    }

    @Test func listsAndShowsEvents() async throws {
        let list = try await self.run("list")
        #expect(list.status == 0)
        #expect(list.lines.count == 6)
        #expect(list.lines.first == "\(self.ids[3])  purchase            2024-06-21T12:36:37Z  O-1")
        #expect(
            list.lines.suffix(2) == [
                "Pending: pageview 3, purchase 1, the oldest of 2024-06-21T12:36:37Z", "Dead letters: pageview 1",
            ]
        )
        #expect(try await self.run("list", "--count", "1").lines.count == 3)
        #expect(try await self.run("show", "\(self.ids[3])").output == "\(TestEvents.order("O-1"))\n")
        #expect(try await self.run("show", "\(self.ids[4])").output == "\(TestEvents.pageView(4))\n")
        #expect(try await self.run("show", "\(EventID())").status == 1)
        #expect(try await self.run("show", "none").status == 64)
    }

    @Test func saysWhatBecameOfAnOrder() async throws {
        let order = try await self.run("order", "O-1")
        #expect(order.output == "\(self.ids[3])  purchase  pending since 2024-06-21T12:36:37Z\n")
        #expect(try await self.run("order", "O-2").status == 1)
    }

    @Test func requeuesDeadLetters() async throws {
        let dead = try await self.run("dead")
        #expect(dead.lines.first?.hasSuffix("  status 400: bad") == true)
        #expect(try await self.run("requeue", "--type", "purchase").output == "Requeued 0 dead letters.\n")
        #expect(try await self.run("requeue", "--reason", "status 400").output == "Requeued 1 dead letter.\n")
        #expect(try await self.run("dead").output == "All dead letters: none\n")
    }

    @Test func discardsOnlyWhenConfirmed() async throws {
        let refused = try await self.run("discard")
        #expect(refused.status == 64)
        #expect(try await self.run("dead").lines.count == 2)
        #expect(try await self.run("discard", "--yes").output == "Discarded 1 dead letter (pageview 1).\n")
        #expect(try await self.run("dead").lines.count == 1)
    }

    @Test func exportCanBeValidatedAndKeepsEvents() async throws {
        let export = try await self.run("export")
        #expect(export.lines == [TestEvents.order("O-1")] + (0..<3).map { TestEvents.pageView($0) })
        #expect(try await ToolProcess.run("validate", "-", input: export.output).status == 0)
        #expect(try await self.run("export", "--dead").lines == [TestEvents.pageView(4)])
        #expect(try await self.run("export", "--type", "purchase").lines.count == 1)
        #expect(try await self.run("export").output == export.output)
    }

    @Test func erasesVisitorButNotOrders() async throws {
        let hash = String(repeating: "a", count: 64)
        #expect(try await self.run("erase", hash).output == "Erased 4 events (pageview 4).\n")
        #expect(try await self.run("export").lines == [TestEvents.order("O-1")])
        #expect(try await self.run("erase", "visitor@shop.example").errors.contains("visitor@") == false)
    }

    @Test func leavesStoreOfRunningProcessAlone() async throws {
        let store = try SQLiteEventStore(configuration: .init(path: self.path))
        for command in [["list"], ["check"], ["repair"], ["discard", "--yes"]] {
            let result = try await ToolProcess.start(["store"] + command + ["--path", self.path]).finish()
            #expect(result.status == 75)
            #expect(
                result.errors == "tracifyctl: The event store at \(self.path) is in use by a running process. Stop it first.\n"
            )
        }
        await store.close()
    }

    @Test func createsNoStore() async throws {
        for command in ["list", "check", "repair"] {
            let result = try await ToolProcess.start(["store", command, "--path", self.files.path("none")]).finish()
            #expect(result.status == 66)
        }
        let text = try self.files.write(
            "a text of another program, longer than a header of SQLite, which is one hundred bytes long",
            to: "text"
        )
        #expect(try await ToolProcess.start(["store", "list", "--path", text]).finish().status == 65)
        #expect(try FileManager.default.contentsOfDirectory(atPath: self.files.url.path).filter { $0.hasPrefix("none") }.isEmpty)
    }

    @Test func checkChangesNothingAndRepairKeepsTheRest() async throws {
        let intact = try await self.run("check")
        #expect(intact.status == 0)
        #expect(intact.lines == ["Pending: pageview 3, purchase 1", "Dead letters: pageview 1", "The store is intact."])

        var bytes = try Data(contentsOf: URL(fileURLWithPath: self.path))
        // The page of the page views' table: its first record is no longer one.
        let start = try #require(bytes.firstRange(of: Data("/page-0".utf8))?.lowerBound)
        let page = start / 4096 * 4096
        for index in page..<(page + 200) { bytes[index] = 0xFF }
        try bytes.write(to: URL(fileURLWithPath: self.path))

        let check = try await self.run("check", "--json")
        #expect(check.status == 1)
        #expect(check.output.hasPrefix(#"{"intact":false,"problems":[""#))
        #expect(try Data(contentsOf: URL(fileURLWithPath: self.path)) == bytes)

        let repair = try await self.run("repair")
        #expect(repair.status == 0)
        #expect(repair.output.contains("Damaged files were renamed to \(self.path).corrupt-"))
        #expect(try await self.run("export").lines.contains(TestEvents.order("O-1")))
        #expect(try await self.run("check").status == 0)
        #expect(try await self.run("repair").lines.first == "Nothing was damaged.")
    }
}
#endif
