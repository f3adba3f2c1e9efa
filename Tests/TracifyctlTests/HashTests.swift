//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Tool
import HTTPTypes
import Testing
import Tracify

@testable import tracifyctl

struct HashTests {
    private let hasher = VisitorHasher(lowercasesEmail: false)

    @Test func hashesLikeTheTracker() throws {
        let tracker = try Explainer(try LoadedSettings(environment: [:])).tracker
        for (address, agent) in [
            ("203.0.113.7", "Mozilla/5.0"), ("::ffff:203.0.113.7", "Mozilla/5.0 (X11; Linux x86_64)"),
            ("2001:DB8::1", ExplainedRequest.assumedAgent),
        ] {
            let request = HTTPRequest(
                method: .get,
                scheme: "https",
                authority: "shop.example",
                path: "/",
                headerFields: [.userAgent: agent, .accept: "text/html"]
            )
            let response = HTTPResponse(status: .ok, headerFields: [.contentType: "text/html"])
            let explanation = tracker.explain(request, from: PeerAddress(text: address), response: response)
            let identity = try #require(explanation.pageView?.identity)
            #expect(self.hasher.hash(address, as: .address)?.hash == identity.address)
            #expect(self.hasher.hash(agent, as: .agent)?.hash == identity.userAgent)
            #expect(self.hasher.hash("\(address)|\(agent)", as: .session)?.hash == identity.session)
        }
    }

    @Test func saysWhatWasNormalized() {
        #expect(self.hasher.hash("203.0.113.7", as: .address)?.normalizations == [])
        #expect(self.hasher.hash("::ffff:203.0.113.7", as: .address)?.normalizations == ["IPv4-mapped address written as IPv4"])
        #expect(self.hasher.hash("2001:DB8::1", as: .address)?.normalizations == ["address written as RFC 5952 requires"])
        #expect(self.hasher.hash(" a@shop.example\n", as: .email)?.normalizations == ["surrounding whitespace removed"])
        let lowercasing = VisitorHasher(lowercasesEmail: true)
        #expect(lowercasing.hash("A@shop.example", as: .email)?.normalizations == ["lowercased"])
        #expect(lowercasing.hash("A@shop.example", as: .email)?.hash == self.hasher.hash("a@shop.example", as: .email)?.hash)
    }

    @Test func refusesOtherTexts() {
        for (text, kind) in [
            ("", HashKind.email), ("shop", .address), ("", .agent), ("203.0.113.7", .session), ("x|y", .session),
        ] {
            #expect(self.hasher.hash(text, as: kind) == nil)
        }
    }

    @Test func neverPrintsTheInput() async throws {
        let result = try await ToolProcess.run("hash", "--email", "visitor@shop.example", "--address", "203.0.113.7")
        #expect(result.status == 0)
        #expect(result.lines.count == 2)
        #expect(result.lines.allSatisfy { $0.prefix(64).allSatisfy(\.isHexDigit) })
        #expect(!result.output.contains("shop.example") && !result.output.contains("203.0.113.7"))

        let wrong = try await ToolProcess.run("hash", "--address", "visitor.example")
        #expect(wrong.status == 64)
        #expect(!wrong.errors.contains("visitor.example"))
    }

    @Test func readsLines() async throws {
        let result = try await ToolProcess.run("hash", "--stdin", "address", "--json", input: "203.0.113.7\n203.0.113.8\n")
        #expect(result.lines.count == 2)
        #expect(result.lines.first?.hasPrefix(#"{"kind":"address","hash":""#) == true)
    }
}
#endif
