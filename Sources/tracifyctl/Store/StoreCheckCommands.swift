//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Tool
import ArgumentParser
import Tracify
import TracifySQLite

/// Checks a store without a change.
struct StoreCheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Checks the files of the store and changes nothing.",
        discussion: "A copy in the temporary directory is checked and then deleted. The exit code is 1 when the store is damaged."
    )

    @OptionGroup var store: StoreOptions

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() async throws {
        let path = try self.store.location().path
        let check: StoreCheck
        do {
            check = try StoreCheck(path: path)
        } catch {
            throw ToolError(error, path: path)
        }
        var output = Output()
        if self.json {
            let result = JSONValue.object([
                "intact": .bool(check.problems.isEmpty), "problems": .array(check.problems.map { .string($0) }),
                "pending": .counts(check.pending), "deadLetters": .counts(check.deadLetters),
            ])
            try output.line(result.line)
        } else {
            let style = Style.standardOutput
            for problem in check.problems { try output.line(style.red("damaged: \(problem.printable)")) }
            try output.line("Pending: \(check.pending.text)")
            try output.line("Dead letters: \(check.deadLetters.text)")
            try output.line(
                check.problems.isEmpty
                    ? style.green("The store is intact.")
                    : "The store is damaged. 'tracifyctl store repair' keeps what can be read."
            )
        }
        try output.flush()
        guard check.problems.isEmpty else { throw ExitCode.failure }
    }
}

/// Repairs a store as the app does at its start.
struct StoreRepairCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "repair",
        abstract: "Repairs the store as the app does when it starts.",
        discussion: """
            Damaged files are renamed, and a new store is made with all events that can be read. Events that can no longer be decoded are \
            deleted and counted. An intact store stays as it is.
            """
    )

    @OptionGroup var store: StoreOptions

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() async throws {
        try await self.store.withStore { store in
            let damaged = try await store.forEachPending { _ in true }
            let summary = try await store.summary()
            var output = Output()
            if self.json {
                let result = JSONValue.object([
                    "quarantine": store.quarantinePath.map { .string($0) } ?? .null, "damaged": .counts(damaged),
                    "pending": .counts(summary.pending), "deadLetters": .counts(summary.deadLetters),
                ])
                try output.line(result.line)
            } else {
                if let path = store.quarantinePath { try output.line("Damaged files were renamed to \(path) and \(path)-wal.") }
                if damaged.total > 0 { try output.line("Deleted because they were damaged: \(damaged.text)") }
                if store.quarantinePath == nil, damaged.isEmpty { try output.line("Nothing was damaged.") }
                try output.line("Pending: \(summary.pending.text)")
                try output.line("Dead letters: \(summary.deadLetters.text)")
            }
            try output.flush()
        }
    }
}
#endif
