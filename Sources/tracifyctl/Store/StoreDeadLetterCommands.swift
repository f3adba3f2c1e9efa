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

/// Lists dead letters.
struct StoreDeadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dead",
        abstract: "Lists dead letters with their reasons, the newest first."
    )

    @OptionGroup var store: StoreOptions
    @OptionGroup var selection: SelectionOptions

    @Option(help: "The maximum number of dead letters.")
    var count = 100

    @Flag(help: "Print one JSON object a line.")
    var json = false

    func run() async throws {
        try await self.store.withStore { store in
            var output = Output()
            for letter in try await store.deadLetters(self.selection.selection, count: max(0, self.count)) {
                try output.line(
                    self.json
                        ? letter.event.json("dead letter", reason: letter.reason, since: letter.date).line
                        : "\(letter.event.columns)  \(letter.reason.printable)"
                )
            }
            let counts = try await store.summary().deadLetters
            try output.line(
                self.json
                    ? JSONValue.object(["summary": .object(["deadLetters": .counts(counts)])]).line
                    : "All dead letters: \(counts.text)"
            )
            try output.flush()
        }
    }
}

/// Moves dead letters back to the pending events.
struct StoreRequeueCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "requeue",
        abstract: "Moves dead letters back to the pending events, which the app delivers when it runs again."
    )

    @OptionGroup var store: StoreOptions
    @OptionGroup var selection: SelectionOptions

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() async throws {
        let selection = self.selection.selection
        let count = try await self.store.withStore { try await $0.requeueDeadLetters(selection) }
        try Output.result(
            "Requeued \(count.counted("dead letter")).",
            or: .object(["requeued": .integer(count)]),
            isJSON: self.json
        )
    }
}

/// Deletes dead letters.
struct StoreDiscardCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "discard",
        abstract: "Deletes dead letters. They cannot be recovered; 'tracifyctl store export --dead' saves them first."
    )

    @OptionGroup var store: StoreOptions
    @OptionGroup var selection: SelectionOptions

    @Flag(help: "Do not ask. Required if standard input is not a terminal.")
    var yes = false

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() async throws {
        guard self.yes || Terminal.isTerminal(Terminal.standardInput) else {
            throw ToolError("Standard input is not a terminal, so nothing was deleted. Confirm with --yes.", .validationFailure)
        }
        let selection = self.selection.selection
        let counts: [EventType: Int] = try await self.store.withStore { store in
            if !self.yes {
                let count = try await store.deadLetters(selection, count: .max).count
                StandardError.write("Delete \(count.counted("dead letter"))? They cannot be recovered. [y/N]")
                guard readLine()?.lowercased() == "y" else { throw ToolError("Nothing was deleted.") }
            }
            return try await store.discardDeadLetters(selection)
        }
        try Output.result(
            "Discarded \(counts.total.counted("dead letter")) (\(counts.text)).",
            or: .object(["discarded": .counts(counts)]),
            isJSON: self.json
        )
    }
}

/// Deletes what the store has of a visitor.
struct StoreEraseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "erase",
        abstract: "Deletes a visitor's page views, product views and add-to-carts. Orders stay."
    )

    @OptionGroup var store: StoreOptions

    @Argument(help: "The hash of the visitor's session, email, address or user agent, from 'tracifyctl hash'.")
    var visitorHash: String

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() async throws {
        guard let hash = try? AnonymizedHash(self.visitorHash) else {
            throw ToolError("The hash must be 64 lowercase hexadecimal characters; see 'tracifyctl hash'.", .validationFailure)
        }
        let counts = try await self.store.withStore { try await $0.eraseObservations(of: hash) }
        try Output.result(
            "Erased \(counts.total.counted("event")) (\(counts.text)).",
            or: .object(["erased": .counts(counts)]),
            isJSON: self.json
        )
    }
}
#endif
