//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Tool
import Testing

@testable import tracifyctl

struct ExplainForwardingTests {
    private static func explain(
        _ fields: [String],
        peer: String?,
        _ environment: [String: String] = [:]
    ) async throws -> ToolProcess.Result {
        let arguments =
            ["explain", "http://shop.example/mug"] + fields.flatMap { ["-H", $0] } + (peer.map { ["--peer", $0] } ?? [])
        return try await ToolProcess.start(arguments, environment: environment).finish()
    }

    @Test func namesFieldsOfUntrustedPeer() async throws {
        let result = try await Self.explain(
            ["X-Forwarded-For: 198.51.100.9", "X-Forwarded-Proto: https", "X-Forwarded-For: 198.51.100.8"],
            peer: "127.0.0.1"
        )
        #expect(result.lines.first == "page view of http://shop.example/mug")
        #expect(result.lines.contains("Client address: that of the peer."))
        #expect(
            result.lines.contains(
                "Not read: X-Forwarded-For, X-Forwarded-Proto: the peer 127.0.0.1 is not one of TRACIFY_TRUSTED_PROXIES, so all visitors "
                    + "seem to have its address."
            )
        )
        #expect(!result.output.contains("198.51.100"))
    }

    @Test func doesNotPrintPublicPeer() async throws {
        let result = try await Self.explain(["Forwarded: for=198.51.100.9"], peer: "203.0.113.7")
        #expect(result.output.contains("Not read: Forwarded: the peer is not one of TRACIFY_TRUSTED_PROXIES, so all visitors"))
        #expect(!result.output.contains("203.0.113.7"))
    }

    @Test func asksForPeer() async throws {
        let result = try await Self.explain(["X-Real-IP: 198.51.100.9"], peer: nil)
        #expect(
            result.output.contains(
                "Not read: X-Real-IP: no proxy's address is given. Give it with --peer; it must be one of TRACIFY_TRUSTED_PROXIES."
            )
        )
    }

    @Test func namesFieldOfTrustedPeer() async throws {
        let trusted = ["TRACIFY_TRUSTED_PROXIES": "127.0.0.0/8"]
        let fields = ["x-forwarded-for: 198.51.100.9", "X-Forwarded-Proto: https", "X-Real-IP: 198.51.100.9"]
        let result = try await Self.explain(fields, peer: "127.0.0.1", trusted)
        #expect(result.lines.first == "page view of https://shop.example/mug")
        #expect(result.lines.contains("Client address: from x-forwarded-for."))
        // nginx sends both, and one is enough.
        #expect(!result.output.contains("Not read"))
    }

    @Test func namesFieldThatIsNotTheOneOfTheSettings() async throws {
        let trusted = ["TRACIFY_TRUSTED_PROXIES": "127.0.0.0/8"]
        let result = try await Self.explain(["X-Real-IP: 198.51.100.9", "X-Forwarded-Proto: https"], peer: "127.0.0.1", trusted)
        #expect(
            result.output.contains(
                "Not read: X-Real-IP: the peer is trusted, but TRACIFY_PROXY_HEADER names another field, so all visitors seem to have its address."
            )
        )
        let named = trusted.merging(["TRACIFY_PROXY_HEADER": "X-Real-IP"]) { $1 }
        let other = try await Self.explain(["X-Real-IP: 198.51.100.9"], peer: "127.0.0.1", named)
        #expect(other.lines.contains("Client address: from X-Real-IP."))
    }

    @Test func onlySchemeIsNotRead() async throws {
        let result = try await Self.explain(["X-Forwarded-Proto: https"], peer: "10.0.0.2")
        #expect(result.output.contains("10.0.0.2 is not one of TRACIFY_TRUSTED_PROXIES, so the scheme and the host are those of"))
    }

    @Test func socketThatIsNotTrusted() async throws {
        let result = try await Self.explain(["X-Forwarded-For: 198.51.100.9"], peer: "unix")
        #expect(result.lines.contains("Client address: none, because the peer has no address."))
        #expect(result.output.contains("the peer unix is not one of TRACIFY_TRUSTED_PROXIES, so no visitor has an address."))
    }

    @Test func printsJSON() async throws {
        let arguments = [
            "explain", "http://shop.example/mug", "-H", "X-Forwarded-For: 198.51.100.9", "--peer", "10.0.0.2", "--json",
        ]
        let untrusted = try await ToolProcess.start(arguments).finish()
        #expect(
            untrusted.output.contains(#""client":{"source":"peer"},"ignoredFields":["X-Forwarded-For"],"notes":["Not read: "#)
        )
        let environment = ["TRACIFY_TRUSTED_PROXIES": "10.0.0.0/8"]
        let trusted = try await ToolProcess.start(arguments, environment: environment).finish()
        #expect(trusted.output.contains(#""client":{"source":"X-Forwarded-For"},"ignoredFields":[],"#))
    }
}
#endif
