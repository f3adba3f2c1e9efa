//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Tool
import Testing

struct ValidateTests {
    @Test func acceptsFileOfEvents() async throws {
        let files = try TestFiles()
        let lines = (0..<2000).map { TestEvents.pageView($0) } + [TestEvents.order("O-1"), ""]
        let path = try files.write(lines.joined(separator: "\n"), to: "events.ndjson")
        let result = try await ToolProcess.run("validate", path)
        #expect(result.status == 0)
        #expect(result.output == "2,001 events (pageview 2,000, purchase 1) in 1 file: no deviations\n")
    }

    @Test func namesFileLineEventAndRule() async throws {
        let files = try TestFiles()
        let text = "\(TestEvents.pageView())\n\n{\"events\":[\(TestEvents.pageView()),\(TestEvents.deviating)]}\nnone\n"
        let path = try files.write(text, to: "events.ndjson")
        let result = try await ToolProcess.run("validate", path)
        #expect(result.status == 1)
        #expect(result.lines.first == "\(path):3: event 1: customer_site_id: is required")
        #expect(result.lines.contains("\(path):4: line: invalid JSON at byte 0: expected a value"))
        #expect(result.lines.last?.hasPrefix("3 events (pageview 3) in 1 file: 5 deviations in 1 event") == true)
    }

    @Test func printsJSON() async throws {
        let result = try await ToolProcess.run("validate", "--json", "-", input: "[]\n")
        #expect(result.status == 1)
        #expect(
            result.lines.first
                == #"{"file":"-","line":1,"event":null,"field":"event","rule":"must be an object, not an array"}"#
        )
        #expect(result.lines.last?.hasPrefix(#"{"summary":{"files":1,"events":1,"#) == true)
    }

    @Test func readsDocumentsAndAllowsParameters() async throws {
        let event = TestEvents.pageView().replacing("\"data\":{", with: "\"data\":{\n\"gclid\":\"x\",")
        let document = "{\n\"events\": [\n\(event)\n]}"
        let refused = try await ToolProcess.run("validate", "-", input: document)
        #expect(refused.lines.first?.hasPrefix("-:3: event 0: data.gclid: ") == true)
        #expect(try await ToolProcess.run("validate", "--url-parameters", "gclid", "-", input: document).status == 0)
    }

    @Test func reportsLongLineAndGoesOn() async throws {
        let input = "\(TestEvents.pageView())\n\"\(String(repeating: "x", count: 9 << 20))\"\n\(TestEvents.pageView())\n"
        let files = try TestFiles()
        let result = try await ToolProcess.run("validate", try files.write(input, to: "long"))
        #expect(result.lines.first?.contains(":2: line: must have at most 8388608 bytes, not 9437187") == true)
        #expect(result.lines.last?.hasPrefix("2 events") == true)
    }

    @Test func showsNothingOfTheEvents() async throws {
        let input = #"{"visitor@shop.example":1,"url":"visitor@shop.example"}"#
        let result = try await ToolProcess.run("validate", "-", input: input)
        #expect(result.status == 1)
        #expect(!result.output.contains("visitor@"))
    }
}
#endif
