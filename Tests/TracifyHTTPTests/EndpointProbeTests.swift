//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if TestKit
#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
import Testing
import Tracify
import TracifyHTTP
import TracifyTesting

struct EndpointProbeTests {
    private static func configuration(_ endpoint: String) throws -> HTTPSink.Configuration {
        var configuration = HTTPSink.Configuration(token: try APIToken("never-sent"))
        configuration.endpoint = try Endpoint(endpoint)
        return configuration
    }

    @Test func showsStatusAndEndOfCertificate() async throws {
        let collector = try await TestCertificate.known.startCollector(port: 0)
        let file = try TemporaryFile(TestCertificate.known.certificate)
        var configuration = try Self.configuration(collector.endpoint)
        configuration.certificateAuthorities = file.path
        let probe = try await EndpointProbe(configuration)
        #expect(probe.status == 405)
        #expect(probe.certificateEnd.map { $0.timeIntervalSince1970 > 1_700_000_000 } == true)
        #expect(collector.bodies.isEmpty)
        await collector.stop()
    }

    @Test func namesUntrustedCertificate() async throws {
        let collector = try await TestCertificate.known.startCollector(port: 0)
        let configuration = try Self.configuration(collector.endpoint)
        let failure = await #expect(throws: EndpointProbe.Failure.self) { _ = try await EndpointProbe(configuration) }
        guard case .tls? = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
        await collector.stop()
    }

    @Test func hasNoCertificateWithoutTLS() async throws {
        try await withCollector { collector in
            let probe = try await EndpointProbe(try Self.configuration(collector.endpoint))
            #expect(probe.status == 405)
            #expect(probe.certificateEnd == nil)
        }
    }

    @Test func namesRefusedConnection() async throws {
        let configuration = try Self.configuration("http://127.0.0.1:9/api/v1/events")
        await #expect(throws: EndpointProbe.Failure.refused) { _ = try await EndpointProbe(configuration) }
    }
}
#endif
