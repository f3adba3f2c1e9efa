//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Tool
import ArgumentParser
import Tracify
import TracifySQLite
#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Lists pending events.
struct StoreListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Lists pending events, orders and conversions first, and the numbers of all."
    )

    @OptionGroup var store: StoreOptions

    @Option(help: "The maximum number of events.")
    var count = 100

    @Flag(help: "Print one JSON object a line.")
    var json = false

    func run() async throws {
        try await self.store.withStore { store in
            var output = Output()
            var left = self.count
            if left > 0 {
                try await store.forEachPending { stored in
                    let event = stored.event
                    let failures = stored.failures > 0 ? "  (\(stored.failures.counted("failure")))" : ""
                    try output.line(
                        self.json ? event.json("pending", failures: stored.failures).line : event.columns + failures
                    )
                    left -= 1
                    return left > 0
                }
            }
            let summary = try await store.summary()
            if self.json {
                let counts = JSONValue.object([
                    "pending": .counts(summary.pending), "deadLetters": .counts(summary.deadLetters),
                    "oldest": summary.oldest.map { .string($0.formatted(.iso8601)) },
                ])
                try output.line(JSONValue.object(["summary": counts]).line)
            } else {
                let oldest = summary.oldest.map { ", the oldest of \($0.formatted(.iso8601))" } ?? ""
                try output.line("Pending: \(summary.pending.text)\(oldest)")
                try output.line("Dead letters: \(summary.deadLetters.text)")
            }
            try output.flush()
        }
    }
}

/// Prints one event.
struct StoreShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Prints a pending event or dead letter as JSON, as it is sent."
    )

    @OptionGroup var store: StoreOptions

    @Argument(help: "The ID of the event, from 'store list' or 'store dead'.")
    var id: String

    func run() async throws {
        guard let id = try? EventID(self.id) else { throw ToolError("The ID is not that of an event.", .validationFailure) }
        try await self.store.withStore { store in
            var found: EncodedEvent?
            try await store.forEachPending { stored in
                if stored.event.id == id { found = stored.event }
                return found == nil
            }
            if found == nil { found = try await store.deadLetters(.all, count: .max).first { $0.event.id == id }?.event }
            guard let found else { throw ToolError("The store has no event with this ID.") }
            var output = Output()
            try output.write(found.json + [UInt8(ascii: "\n")])
            try output.flush()
        }
    }
}

/// Says what became of an order.
struct StoreOrderCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "order",
        abstract: "Says what became of an order, conversion or survey answer."
    )

    @OptionGroup var store: StoreOptions

    @Argument(help: "The ID of the order or conversion.")
    var orderID: String

    @Flag(help: "Print one JSON object a line.")
    var json = false

    func run() async throws {
        try await self.store.withStore { store in
            let deliveries = try await store.deliveries(ofOrder: self.orderID)
            var output = Output()
            for delivery in deliveries {
                let (state, reason) = Self.words(delivery.state)
                if self.json {
                    let line = JSONValue.object([
                        "type": .string(delivery.type.rawValue), "id": .string("\(delivery.eventID)"), "state": .string(state),
                        "reason": reason.map { .string($0) }, "since": .string(delivery.date.formatted(.iso8601)),
                    ])
                    try output.line(line.line)
                } else {
                    let suffix = reason.map { ": \($0.printable)" } ?? ""
                    let since = delivery.date.formatted(.iso8601)
                    try output.line("\(delivery.eventID)  \(delivery.type.rawValue)  \(state) since \(since)\(suffix)")
                }
            }
            try output.flush()
            guard !deliveries.isEmpty else { throw ToolError("The store knows nothing of this order.") }
        }
    }

    private static func words(_ state: OrderDelivery.State) -> (state: String, reason: String?) {
        switch state {
        case .pending: ("pending", nil)
        case .delivered: ("delivered", nil)
        case .deadLetter(let reason): ("dead letter", reason)
        case .discarded: ("discarded", nil)
        }
    }
}

/// Writes the events as lines.
struct StoreExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Writes pending events, one JSON object a line, for 'tracifyctl replay' and 'validate'. The store keeps them."
    )

    @OptionGroup var store: StoreOptions

    @Flag(help: "Write the dead letters instead, the newest first.")
    var dead = false

    @OptionGroup var selection: SelectionOptions

    func run() async throws {
        let selection = self.selection.selection
        guard self.dead || selection.reason == nil else { throw ToolError("--reason needs --dead.", .validationFailure) }
        try await self.store.withStore { store in
            var output = Output()
            if self.dead {
                for letter in try await store.deadLetters(selection, count: .max) {
                    try output.write(letter.event.json + [UInt8(ascii: "\n")])
                }
            } else {
                try await store.forEachPending { stored in
                    guard selection.types?.contains(stored.event.type) ?? true else { return true }
                    try output.write(stored.event.json + [UInt8(ascii: "\n")])
                    return true
                }
            }
            try output.flush()
        }
    }
}
#endif
