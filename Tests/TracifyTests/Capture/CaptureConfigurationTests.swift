//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Testing

@testable import Tracify

struct CaptureConfigurationTests {
    @Test(arguments: URLParameterTests.badRows)
    func throwsForReservedOrMalformedParameterNames(_ row: URLParameterTests.BadRow) throws {
        var configuration = CaptureConfiguration()
        configuration.urlParameters = ["gclid", row.name]
        let error = try invalidValue { try CaptureRules(configuration) }
        #expect(error.field == "url_parameters")
        #expect(error.code == row.code)

        var settings = Tracker.Configuration(customerSiteID: try CustomerSiteID("6b29fc40-ca47-1067-b31d-00dd010662da"))
        settings.capture = configuration
        #expect(try invalidValue { try Tracker(configuration: settings, sink: UnusedSink()) } == error)
    }

    private struct UnusedSink: EventSink {
        func deliver(_ batch: EventBatch) async throws(DeliveryError) {}
        func shutdown() async {}
    }

    @Test func allowsOtherParameterNames() throws {
        var configuration = CaptureConfiguration()
        configuration.urlParameters = ["gclid", "fbclid", "msclkid", "my-id.v2"]
        #expect(try CaptureRules(configuration).configuration.urlParameters == configuration.urlParameters)
    }

    @Test func defaultsAllowNoParameters() {
        let configuration = CaptureConfiguration()
        #expect(configuration.urlParameters.isEmpty)
        #expect(configuration.urlQueryKeys.isEmpty)
        #expect(!configuration.lowercasesEmail)
    }
}
