//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if TestKit
import NIOCore
import NIOSSL
import Testing
import Tracify
import TracifyHTTP
import TracifyTesting

/// TLS versions and certificate authorities.
@Suite(.timeLimit(.minutes(15)))
struct TLSTests {
    private func withTLSCollector(
        _ change: (inout TLSConfiguration) -> Void,
        _ body: (Collector) async throws -> Void
    ) async throws {
        let context = try TestCertificate.known.context(change)
        try await withCollector(scheme: "https") { channel in
            try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
        } _: { collector in
            try await body(collector)
        }
    }

    @Test(arguments: [TLSVersion.tlsv1, .tlsv11])
    func refusesVersionsBeforeTLS12(version: TLSVersion) async throws {
        try await self.withTLSCollector {
            $0.maximumTLSVersion = version
        } _: { collector in
            let authorities = try TemporaryFile(TestCertificate.known.certificate)
            let sink = try SinkFixture.sink(collector.endpoint) { $0.certificateAuthorities = authorities.path }
            let error = try await SinkFixture.failure(sink)
            await sink.shutdown()
            #expect(error.code == .retryable)
            #expect(error.reason.contains("PROTOCOL_VERSION"), "\(error)")
            #expect(collector.requestCount == 0)
        }
    }

    @Test(arguments: [TLSVersion.tlsv12, .tlsv13])
    func delivers(version: TLSVersion) async throws {
        try await self.withTLSCollector {
            ($0.minimumTLSVersion, $0.maximumTLSVersion) = (version, version)
        } _: { collector in
            let authorities = try TemporaryFile(TestCertificate.known.certificate)
            let sink = try SinkFixture.sink(collector.endpoint) { $0.certificateAuthorities = authorities.path }
            try await sink.deliver(try await SinkFixture.batch())
            await sink.shutdown()
            #expect(collector.events.count == 2)
        }
    }

    /// The file may hold several certificates, and text around them.
    @Test func trustsEveryAuthorityOfFile() async throws {
        try await self.withTLSCollector { _ in
        } _: { collector in
            let bundle = "# Our authorities\n\(TestCertificate.unknown.certificate)\n\n\(TestCertificate.known.certificate)\n"
            let authorities = try TemporaryFile(bundle)
            let sink = try SinkFixture.sink(collector.endpoint) { $0.certificateAuthorities = authorities.path }
            try await sink.deliver(try await SinkFixture.batch())
            await sink.shutdown()
            #expect(collector.events.count == 2)
        }
    }

    @Test func trustsNoOtherPrivateAuthority() async throws {
        try await self.withTLSCollector { _ in
        } _: { collector in
            let authorities = try TemporaryFile(TestCertificate.unknown.certificate)
            let sink = try SinkFixture.sink(collector.endpoint) { $0.certificateAuthorities = authorities.path }
            let error = try await SinkFixture.failure(sink)
            await sink.shutdown()
            #expect(error.code == .retryable)
            #expect(error.reason.contains("CERTIFICATE_VERIFY_FAILED"), "\(error)")
            #expect(collector.requestCount == 0)
        }
    }

    @Test(arguments: [
        ("", ValidationError.Code.empty, "the file is empty"),
        ("not a certificate", .malformed, "the file holds no certificate in PEM form, or a damaged one"),
        (TestCertificate.known.privateKey, .malformed, "the file holds no certificate in PEM form, or a damaged one"),
        (
            TestCertificate.known.certificate + "\n-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", .malformed,
            "the file holds no certificate in PEM form, or a damaged one"
        ),
    ])
    func throwsForFileWithoutCertificates(text: String, code: ValidationError.Code, reason: String) throws {
        let authorities = try TemporaryFile(text)
        self.expectError(authorities.path, code, reason)
    }

    @Test func throwsForFileThatCannotBeRead() throws {
        let authorities = try TemporaryFile("")
        try authorities.remove()
        self.expectError(authorities.path, .missing, "the file cannot be opened: No such file or directory")
        self.expectError("/", .malformed, "it is not a regular file")
        self.expectError("/dev/null", .malformed, "it is not a regular file")
    }

    private func expectError(
        _ path: String,
        _ code: ValidationError.Code,
        _ reason: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let error = #expect(throws: ValidationError.self, sourceLocation: sourceLocation) {
            _ = try SinkFixture.sink("https://collector.example/x") { $0.certificateAuthorities = path }
        }
        let allowed = "the path of a PEM file with at least one certificate, which this process can read (\(reason))"
        #expect(
            error == ValidationError(field: "http.certificateAuthorities", code: code, allowed: allowed),
            sourceLocation: sourceLocation
        )
    }
}
#endif
