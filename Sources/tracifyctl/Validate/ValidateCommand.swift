//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Tool
import ArgumentParser
import Tracify

/// Compares files with the contract.
struct ValidateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "Compares events in files with the contract and lists every deviation.",
        discussion: """
            A file is a request body, {"events":[…]}, or has one event or body on each line, as files of the sink 'file' have. Lines are read \
            one after the other, so a file may be larger than memory. A line may have 8 MiB and a body of several lines 64 MiB. The findings \
            contain no values of the events.

            EXAMPLES
              tracifyctl validate events.ndjson
              tracifyctl validate --json --url-parameters gclid,fbclid payload.json
              zcat events.ndjson.gz | tracifyctl validate -

            With --json, each finding is an object with the members file, line, event, field and rule; the last line is an object with the \
            member summary. The exit code is 1 when there is a deviation.
            """
    )

    @Argument(help: "The files; - for standard input.")
    var files: [String]

    @Option(help: "URL parameters that are allowed besides utm_… and trc_…, separated by commas.")
    var urlParameters: String?

    @Flag(help: "Print one JSON object a line.")
    var json = false

    func run() async throws {
        let parameters = try URLParameterList.parse(self.urlParameters)
        let validator = EventTextValidator(
            validator: EventValidator(urlParameters: parameters),
            lineLimit: EventTextValidator.defaultLineLimit
        )
        var report = ValidationReport(isJSON: self.json, style: .standardOutput)
        var output = Output()
        for path in self.files {
            let file = try InputFile(path)
            let name = file.name
            switch try EventText.open(file, lineLimit: validator.lineLimit) {
            case .document(let bytes, let value):
                let locator = EventLocator(bytes)
                var result = ValidationResult()
                validator.validate(value, &result) { locator[$0] }
                try report.add(result, file: name, to: &output)
            case .broken(let bytes, let error):
                let line = EventLocator.line(at: error.offset, of: bytes)
                let finding = Finding(line: line, event: nil, field: "body", rule: error.description)
                try report.add(ValidationResult(findings: [finding]), file: name, to: &output)
            case .lines(let reader):
                var line = 0
                try await LinePipeline.run(
                    reader,
                    width: processorCount(),
                    process: { validator.validate($0) },
                    merge: { result in
                        try report.add(result, file: name, after: line, to: &output)
                        line += result.lineCount
                    }
                )
            }
        }
        try report.finish(fileCount: self.files.count, to: &output)
        guard report.deviationCount == 0 else { throw ExitCode.failure }
    }
}
#endif
