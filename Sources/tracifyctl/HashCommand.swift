//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Tool
import ArgumentParser
#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
import Tracify

/// Prints anonymized hashes.
struct HashCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hash",
        abstract: "Prints the anonymized hash of an email, an address, a user agent or a session.",
        discussion: """
            The hashes are those of the events of the library, for example for 'tracifyctl store erase'. The input is never printed. Other \
            users of a machine can read the arguments of a command; --stdin reads one value a line instead.

            EXAMPLES
              tracifyctl hash --address 203.0.113.7
              tracifyctl hash --address 203.0.113.7 --agent 'Mozilla/5.0' --session
              tracifyctl hash --stdin email < emails.txt
            """
    )

    @Option(help: "An email. Surrounding whitespace is removed.")
    var email: String?

    @Option(help: "An IP address. It is written in its canonical form.")
    var address: String?

    @Option(help: "A user agent, hashed as it is.")
    var agent: String?

    @Flag(help: "Also print the hash of the session, which the address and the user agent make up.")
    var session = false

    @Option(help: "Read one value a line: email, address, agent or session. A session is the address, '|' and the user agent.")
    var stdin: HashKind?

    @Flag(help: "Lowercase emails. Default: TRACIFY_LOWERCASE_EMAIL.")
    var lowercaseEmail = false

    @Flag(help: "Print one JSON object a line.")
    var json = false

    func validate() throws {
        if self.session, self.address == nil || self.agent == nil {
            throw UsageError("--session needs --address and --agent")
        }
        let hasValue = self.email != nil || self.address != nil || self.agent != nil
        guard hasValue != (self.stdin != nil) else {
            throw UsageError("Give --email, --address, --agent or --stdin")
        }
    }

    func run() throws {
        let lowercases = self.lowercaseEmail || ProcessInfo.processInfo.environment["TRACIFY_LOWERCASE_EMAIL"] == "true"
        let hasher = VisitorHasher(lowercasesEmail: lowercases)
        var output = Output()
        if let kind = self.stdin {
            var number = 0
            while let line = readLine() {
                number += 1
                guard let hash = hasher.hash(line, as: kind) else {
                    throw ToolError("Cannot hash line \(number) of standard input: it must be \(kind.allowed).")
                }
                try self.write(hash, to: &output)
            }
        } else {
            let session = self.session ? self.address.flatMap { address in self.agent.map { "\(address)|\($0)" } } : nil
            let values: [(HashKind, String?)] = [
                (.email, self.email), (.session, session), (.address, self.address), (.agent, self.agent),
            ]
            for (kind, text) in values {
                guard let text else { continue }
                guard let hash = hasher.hash(text, as: kind) else {
                    throw ToolError("Cannot hash the \(kind.rawValue): it must be \(kind.allowed).", .validationFailure)
                }
                try self.write(hash, to: &output)
            }
        }
        try output.flush()
    }

    private func write(_ hash: VisitorHash, to output: inout Output) throws(ToolError) {
        let note = hash.normalizations.isEmpty ? "unchanged" : hash.normalizations.joined(separator: ", ")
        try output.line(
            self.json
                ? JSONValue.object([
                    "kind": .string(hash.kind.rawValue), "hash": .string(hash.hash.description), "normalization": .string(note),
                ])
                .line
                : "\(hash.hash)  \(hash.kind.rawValue) (\(note))"
        )
    }
}
#endif
