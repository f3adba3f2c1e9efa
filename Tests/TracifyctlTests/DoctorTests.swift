//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Tool
import Foundation
import Testing
import Tracify
import TracifyHTTP
import TracifyTesting

@testable import tracifyctl

@Suite(.timeLimit(.minutes(2)))
struct DoctorTests {
    private static func environment(_ endpoint: String) -> [String: String] {
        [
            "TRACIFY_CUSTOMER_SITE_ID": TestEvents.site, "TRACIFY_TOKEN": "secret-token", "TRACIFY_ENDPOINT": endpoint,
            "TRACIFY_SITES": "shop.example", "TRACIFY_TRUSTED_PROXIES": "10.0.0.0/8",
        ]
    }

    @Test func sendsTestEventToThisMachine() async throws {
        let files = try TestFiles()
        try await withCollector { collector in
            var environment = Self.environment(collector.endpoint)
            environment["TRACIFY_STORE_PATH"] = files.path("events.sqlite")
            let result = try await ToolProcess.run("doctor", "--send-test-event", environment: environment)
            #expect(result.status == 0)
            #expect(result.lines.map { $0.prefix(4) }.filter { $0 == "fail" }.isEmpty)
            #expect(result.output.contains("accepted a page view of https://shop.example/tracifyctl-test."))
            #expect(collector.events.count == 1)
            #expect(!result.output.contains("secret-token"))
            #expect(result.lines.contains("ok    site         Events are those of the customer site ID \(TestEvents.site)."))
            #expect(result.output.contains("TRACIFY_TOKEN is set. Whether it is accepted is not checked: "))
            // The check opens no store.
            #expect(!FileManager.default.fileExists(atPath: files.path("events.sqlite")))
        }
    }

    @Test func failsWithAdvice() async throws {
        var environment = Self.environment("http://127.0.0.1:9/api/v1/events")
        environment["TRACIFY_STORE_PATH"] = "/nonexistent/events.sqlite"
        let result = try await ToolProcess.run("doctor", "--json", environment: environment)
        #expect(result.status == 1)
        #expect(
            result.output.contains(#"{"check":"store","status":"fail","finding":"The directory /nonexistent does not exist.""#)
        )
        #expect(result.output.contains(#"{"check":"endpoint","status":"fail","finding":"Nothing listens at http://127.0.0.1:9/"#))
    }

    @Test(arguments: [["TRACIFY_CUSTOMER_SITE_ID": "nonsense"], ["TRACIFY_TOKEN": "bad token"]])
    func oneCauseIsOneFailure(_ wrong: [String: String]) async throws {
        try await withCollector { collector in
            let environment = Self.environment(collector.endpoint).merging(wrong) { $1 }
            for arguments in [["doctor"], ["doctor", "--send-test-event"]] {
                let result = try await ToolProcess.start(arguments, environment: environment).finish()
                #expect(result.status == 1)
                #expect(result.lines.filter { $0.hasPrefix("fail") }.count == 1)
            }
            #expect(collector.events.isEmpty)
        }
    }

    @Test func wrongPathFails() async throws {
        try await withCollector { collector in
            let result = try await ToolProcess.run("doctor", environment: Self.environment("\(collector.url)/api/v2/events"))
            #expect(result.status == 1)
            #expect(result.output.contains("responds with status 404 to a GET request without a token. Check host and path;"))
        }
        let own = HTTPSink.Configuration(token: try APIToken("none"))
        #expect(EndpointCheckups.endpoint(405, own).status == .ok)
        #expect(EndpointCheckups.endpoint(404, own).status == .warn)
    }

    @Test func refusesTestEventToProduction() async throws {
        let configuration = HTTPSink.Configuration(token: try APIToken("none"))
        let id = try CustomerSiteID(TestEvents.site)
        let result = await TestEvent.send(configuration, customerSiteID: id, host: "shop.example")
        #expect(result.status == .fail)
        #expect(result.finding.hasPrefix("Not sent to https://api.tracify.ai"))
    }

    @Test func judgesClockAndCertificate() throws {
        #expect(EndpointCheckups.clock(.seconds(299)).status == .ok)
        #expect(EndpointCheckups.clock(.seconds(301)).finding == "This machine is 301 seconds behind the endpoint.")
        #expect(EndpointCheckups.clock(.seconds(-301)).finding == "This machine is 301 seconds ahead of the endpoint.")
        let now = Date(timeIntervalSince1970: 0)
        #expect(EndpointCheckups.certificate(now + 86_400 * 30, .production, now: now).status == .ok)
        #expect(EndpointCheckups.certificate(now + 86_400 * 3, .production, now: now).status == .warn)
    }

    @Test func findsFileSystemOfPath() {
        let mounts = """
            overlay / overlay rw 0 0
            server:/data /mnt/data nfs4 rw 0 0
            /dev/sda1 /mnt/data/local\\040disk ext4 rw 0 0
            """
        #expect(DiskInspector.kind(of: "/var/lib", mounts) == "overlay")
        #expect(DiskInspector.kind(of: "/mnt/data", mounts) == "nfs4")
        #expect(DiskInspector.kind(of: "/mnt/data/shop", mounts) == "nfs4")
        #expect(DiskInspector.kind(of: "/mnt/database", mounts) == "overlay")
        #expect(DiskInspector.kind(of: "/mnt/data/local disk/x", mounts) == "ext4")
    }
}
#endif
