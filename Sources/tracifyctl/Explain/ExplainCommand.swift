//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Tool
import ArgumentParser
import HTTPTypes
import Tracify

/// Explains what a tracker reports of requests.
struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Predicts the events of a request, an HTTP archive or an access log, with the decision of every rule.",
        discussion: """
            The rules are those of the library under the app's settings, which --env-file and --file name. Settings made in code, such as \
            beforeSend, are not known. Nothing is sent.

            What is not given is assumed as a browser has it that loads the page or file at the path, or as a script has it if there is a \
            field of one, such as HX-Request, and the tool says so. With --exact, no field and no peer is assumed: a page view needs \
            --content-type and --peer, too. An access log has no Accept, Sec-Fetch-* and content type, so requests of scripts look like page \
            views there, unless their path has an extension.

            The flags of a request are curl's, so a command that a browser has copied can be pasted. The flags -s, -S, -k, -L, -i, -v, -f, \
            --compressed and --http2 are ignored.

            EXAMPLES
              tracifyctl explain https://shop.example/products/mug --peer 203.0.113.7
              tracifyctl explain https://shop.example/ --peer 10.0.0.2 -H 'X-Forwarded-For: 203.0.113.7' --env-file .env
              tracifyctl explain https://shop.example/api -X POST -H 'Accept: application/json' --status 201
              tracifyctl explain --har shop.har --site https://shop.example
              tracifyctl explain --access-log access.log --site https://shop.example --env-file .env
            """
    )

    @OptionGroup(title: "A request") var flags: RequestFlagOptions

    @Option(help: "An HTTP archive that a browser has exported, up to 256 MiB.")
    var har: String?

    @Option(help: "An access log in the combined format; - for standard input.")
    var accessLog: String?

    @Option(help: "The site of the access log, or the only one of the archive. Default: the first host of TRACIFY_SITES.")
    var site: String?

    @OptionGroup(title: "Settings") var sources: SettingOptions

    @Flag(help: "Print one line for each request of an access log.")
    var each = false

    @Flag(help: "Print one JSON object a line.")
    var json = false

    func validate() throws {
        guard [self.flags.url, self.har, self.accessLog].compactMap({ $0 }).count == 1 else {
            throw UsageError("Give a URL, --har or --access-log")
        }
    }

    func run() async throws {
        let settings = try self.sources.load()
        let explainer = try Explainer(settings)
        var output = Output()
        if let url = self.flags.url {
            let request = try self.flags.request(url)
            let explanation = request.explain(by: explainer.tracker)
            let report = RequestReport(explanation, request, notes: explainer.notes, encoding: explainer.encoding)
            try output.write(report.text(isJSON: self.json, style: .standardOutput).utf8)
        } else if let har = self.har {
            try self.explainArchive(har, explainer, to: &output)
        } else if let log = self.accessLog {
            try await self.explainLog(log, explainer, to: &output)
        }
        try output.flush()
    }

    private func explainArchive(_ path: String, _ explainer: Explainer, to output: inout Output) throws {
        let site = try self.site.map { text throws(ToolError) in try SiteOption(text) }
        let requests = try HARFile.read(path).requests(from: try RequestFlagOptions.peer(self.flags.peer))
        var tally = DecisionTally()
        for (index, request) in requests.enumerated() {
            guard let request, site == nil || request.request.authority?.lowercased() == site?.authority else { continue }
            let explanation = request.explain(by: explainer.tracker)
            tally.add(explanation)
            let decision = DecisionText(explanation, method: request.request.method.rawValue)
            try output.line(self.json ? decision.json("entry", index).line : "\(index): \(decision.text)")
        }
        var notes = explainer.notes
        if self.flags.peer == nil { notes.append("Assumed: a peer with the address \(ExplainedRequest.assumedPeer).") }
        let others = requests.count - tally.requests
        if others > 0 {
            notes.append("Not explained: \(others.counted("entry", plural: "entries")) that no server of the site sees.")
        }
        try self.printSummary(DecisionSummary(tally: tally, notes: notes), to: &output)
    }

    private func explainLog(_ path: String, _ explainer: Explainer, to output: inout Output) async throws {
        let site = try self.site.map { text throws(ToolError) in try SiteOption(text) } ?? explainer.defaultSite
        let log = AccessLogExplainer(
            tracker: explainer.tracker,
            scheme: site.scheme,
            authority: site.authority,
            printsEach: self.each,
            isJSON: self.json
        )
        var summary = DecisionSummary(tally: DecisionTally(), notes: explainer.notes)
        summary.notes.append(
            "Assumed, because a log does not hold it: the site \(site.scheme)://\(site.authority); Accept, Sec-Fetch-* and the content type as of "
                + "a browser that loads the path; the address of each line as the peer's."
        )
        let reader = LineReader(try InputFile(path), limit: AccessLogExplainer.lineLimit)
        var line = 0
        try await LinePipeline.run(
            reader,
            width: processorCount(),
            process: { log.explain($0) },
            merge: { result in
                summary.tally.add(result.tally)
                summary.addMalformed(result.malformed, after: line)
                for decision in result.decisions {
                    let number = line + decision.line
                    try output.line(self.json ? decision.text.json("line", number).line : "\(number): \(decision.text.text)")
                }
                line += result.lineCount
            }
        )
        try self.printSummary(summary, to: &output)
        guard summary.tally.requests > 0 || summary.malformedCount == 0 else {
            try output.flush()
            throw ToolError("No line of \(path) is in the combined format of nginx and Apache.", .dataFormat)
        }
    }

    private func printSummary(_ summary: DecisionSummary, to output: inout Output) throws {
        if self.json {
            try output.line(summary.json.line)
        } else {
            for line in summary.lines(style: .standardOutput) { try output.line(line) }
        }
    }
}
#endif
