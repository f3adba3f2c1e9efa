//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Tool
import Tracify
import TracifySQLite
#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension StoreOptions {
    /// Opens the store, calls a closure with it, and closes it.
    func withStore<Result>(_ body: (SQLiteEventStore) async throws -> Result) async throws -> Result {
        let store = try self.open()
        do {
            let result = try await body(store)
            await store.close()
            return result
        } catch let error as EventStoreError {
            await store.close()
            throw ToolError(error, path: try self.location().path)
        } catch {
            await store.close()
            throw error
        }
    }
}

extension SQLiteEventStore {
    /// The number of events that are read at once.
    private static let page = 1000

    /// Calls a closure with each pending event, orders first, as long as it returns `true`.
    ///
    /// - Parameter body: Takes an event and returns whether to go on.
    /// - Returns: The number of damaged events that the reading has found and deleted, by type.
    /// - Throws: `EventStoreError`, or the closure's error.
    @discardableResult
    func forEachPending(_ body: (StoredEvent) throws -> Bool) async throws -> [EventType: Int] {
        var damaged: [EventType: Int] = [:]
        for lane in DeliveryLane.allCases {
            var position: UInt64 = 0
            while true {
                let events = try await self.read(lane, after: position, count: Self.page)
                damaged.merge(events.damaged, uniquingKeysWith: +)
                for event in events.events {
                    guard try body(event) else { return damaged }
                    position = event.position
                }
                guard !events.events.isEmpty else { break }
            }
        }
        return damaged
    }
}

extension EncodedEvent {
    /// The columns of a list.
    var columns: String {
        "\(self.id)  \(self.type.rawValue.padded(to: 18))  \(self.date.formatted(.iso8601))"
            + (self.orderID.map { "  \($0.printable)" } ?? "")
    }

    /// The members of an object for a program.
    func json(_ state: String, failures: Int? = nil, reason: String? = nil, since: Date? = nil) -> JSONValue {
        .object([
            "id": .string("\(self.id)"), "state": .string(state), "type": .string(self.type.rawValue),
            "date": .string(self.date.formatted(.iso8601)), "order": self.orderID.map { .string($0) },
            "failures": failures.map { .integer($0) }, "reason": reason.map { .string($0) },
            "since": since.map { .string($0.formatted(.iso8601)) },
        ])
    }
}

extension [EventType: Int] {
    /// The number of all events.
    var total: Int { self.values.reduce(0, +) }

    /// The counts in words: `pageview 12, purchase 1`; `none` without any.
    var text: String {
        let parts = EventType.allCases.compactMap { type in self[type].flatMap { $0 > 0 ? "\(type.rawValue) \($0.grouped)" : nil }
        }
        return parts.isEmpty ? "none" : parts.joined(separator: ", ")
    }
}
#endif
