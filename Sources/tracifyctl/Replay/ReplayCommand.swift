//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Tool
import ArgumentParser
import Tracify
import TracifyConfiguration
import TracifyHTTP
#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Delivers the events of files.
struct ReplayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Delivers the events of files to the endpoint of the settings.",
        discussion: """
            The files are those of the sink 'file', of 'tracifyctl store export', or request bodies. The token is that of TRACIFY_TOKEN or \
            TRACIFY_TOKEN_FILE. The endpoint must be named: by --endpoint, TRACIFY_ENDPOINT or TRACIFY_ENVIRONMENT.

            Events are sent in order, one batch after the other. A transient failure is retried, with the pause that the destination requests. \
            A rejected batch is halved until the rejected events are found. A wrong token ends the replay. Tracify ignores repeated orders and \
            conversions, but counts other events again.

            'tracifyctl store export' leaves the events in the store, and the app delivers them again: page views, product views and \
            add-to-carts then count twice. Replay an export only if the store is not used again.

            With --resume, a place in each file is saved after each accepted batch. The same command continues there after an interruption; \
            at most the events of one batch are sent twice.

            EXAMPLES
              tracifyctl replay --dry-run --endpoint http://127.0.0.1:8081/api/v1/events events.ndjson
              tracifyctl replay --env-file .env --resume replay.json --rejected rejected.ndjson events.ndjson*
              tracifyctl store export --type purchase | tracifyctl replay --rate 50 -
            """
    )

    @Argument(help: "The files, in the order of delivery; - for standard input.")
    var files: [String]

    @Option(help: "The URL of the events API. Default: that of the settings.")
    var endpoint: String?

    @OptionGroup var sources: SettingOptions

    @Option(help: "The maximum number of events in a batch, 1 to 10000.")
    var batchSize = 100

    @Option(help: "The maximum number of events a second.")
    var rate: Double?

    @Option(help: "Seconds without any success after which the replay ends. Default: never.")
    var giveUpAfter: Double?

    @Option(help: "A file to which rejected events are appended with their reasons.")
    var rejected: String?

    @Option(help: "A file with the place in each file, for continuing. Needs --rejected.")
    var resume: String?

    @Flag(help: "Send nothing; say what would be sent.")
    var dryRun = false

    @Flag(help: "Print the summary as a JSON object.")
    var json = false

    func validate() throws {
        guard (1...10_000).contains(self.batchSize) else { throw UsageError("--batch-size must be from 1 to 10000") }
        guard self.rate.map({ $0 > 0 && $0 <= 1e6 }) ?? true else {
            throw UsageError("--rate must be more than 0, at most 1000000")
        }
        guard self.giveUpAfter.map({ $0 >= 0 && $0 <= 1e8 }) ?? true else {
            throw UsageError("--give-up-after must be 0 or more")
        }
        guard self.resume == nil || !self.files.contains("-") else {
            throw UsageError("--resume needs files, not standard input")
        }
        guard self.resume == nil || self.rejected != nil else {
            throw UsageError("--resume needs --rejected, so that no rejected event is lost")
        }
    }

    func run() async throws {
        let destination = try Destination(try self.sources.load(), endpoint: self.endpoint)
        if self.dryRun { return try self.runDry(destination) }
        let configuration = try destination.configuration()
        let sink = try HTTPSink(configuration: configuration)
        let recorder = ReplayRecorder(
            rejected: try self.rejected.map { path throws(ToolError) in try RejectedFile(path) },
            resume: try self.resume.map { path throws(ToolError) in try ResumeFile(path) }
        )
        StandardError.write("tracifyctl: replaying to \(configuration.endpoint)")
        var delivery = ReplayDelivery(sink: sink, giveUpAfter: self.giveUpAfter.map { .seconds($0) })
        delivery.warn = { recorder.warn($0) }
        var failure: (any Error)?
        do {
            for path in self.files { try await self.replay(path, &delivery, recorder) }
        } catch {
            failure = error
        }
        recorder.finish()
        await sink.shutdown()
        try self.printSummary(recorder, isComplete: failure == nil)
        if let failure { throw failure }
        guard recorder.rejected.total == 0, recorder.unreadable == 0 else { throw ExitCode.failure }
    }

    /// The maximum length of a batch, as a tracker has it.
    private static let maximumBytes = 256 * 1024

    private func replay(_ path: String, _ delivery: inout ReplayDelivery, _ recorder: ReplayRecorder) async throws {
        let file = try InputFile(path)
        let start = try recorder.begin(file, path: path)
        var reader = try ReplayReader(file, from: start)
        var pacer = Pacer(rate: self.rate)
        var batch: [ReplayItem] = []
        var bytes = 0
        var isAtEnd = false
        while !isAtEnd {
            let item = try reader.next()
            isAtEnd = item == nil
            if let item, item.problem == nil {
                batch.append(item)
                bytes += item.json.count
                guard batch.count >= pacer.batchSize(self.batchSize) || bytes >= Self.maximumBytes else { continue }
            }
            if !batch.isEmpty {
                try await pacer.wait(for: batch.count)
                try await delivery.deliver(batch[...]) { items, outcome in try recorder.record(items, outcome) }
                batch.removeAll(keepingCapacity: true)
                bytes = 0
            }
            if let item, item.problem != nil { try recorder.recordUnreadable(item) }
        }
    }

    private func runDry(_ destination: Destination) throws {
        let endpoint = try destination.configurationWithoutToken().endpoint.url
        let parameters = try CaptureConfiguration(config: destination.settings.config).urlParameters
        var dryRun = DryRun(urlParameters: parameters)
        for path in self.files {
            let file = try InputFile(path)
            let start = try self.resume.map { path throws(ToolError) in try ResumeFile(path) }?.start(of: file, path: path)
            var reader = try ReplayReader(file, from: start ?? ReplayPosition())
            while let item = try reader.next() { dryRun.add(item) }
        }
        var output = Output()
        if self.json {
            try output.line(dryRun.json(to: endpoint).line)
        } else {
            for line in dryRun.lines(to: endpoint, batchSize: self.batchSize) { try output.line(line) }
        }
        try output.flush()
        guard dryRun.isClean else { throw ExitCode.failure }
    }

    private func printSummary(_ recorder: ReplayRecorder, isComplete: Bool) throws {
        var output = Output()
        if self.json {
            let summary = JSONValue.object([
                "complete": .bool(isComplete), "delivered": recorder.delivered.json, "rejected": recorder.rejected.json,
                "unreadable": .integer(recorder.unreadable),
            ])
            try output.line(summary.line)
        } else {
            func words(_ tally: EventTally) -> String { tally.total > 0 ? "\(tally.total.grouped) (\(tally.text))" : "0" }
            try output.line("Delivered: \(words(recorder.delivered))")
            if recorder.rejected.total > 0 { try output.line("Rejected: \(words(recorder.rejected))") }
            if recorder.unreadable > 0 { try output.line("Unreadable: \(recorder.unreadable.counted("line"))") }
            if !isComplete { try output.line("The replay is not complete.") }
        }
        try output.flush()
    }
}
#endif
