//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import HTTPTypes
import Testing

@testable import Tracify

struct RequestRecordTests {
    /// The parts are whole, however long they are together: below, at and beyond the length of nearly all requests.
    @Test func keepsPartsOfAnyLength() throws {
        for length in 700...1100 {
            let referer = "https://a.example/" + String(repeating: "r", count: length)
            let record = try makeRecord(makeRequest("/page?utm_source=a", [("Referer", referer), ("User-Agent", "Mozilla/5.0")]))
            #expect(text(.target, of: record) == "/page?utm_source=a")
            #expect(text(.authority, of: record) == "shop.example")
            #expect(text(.referer, of: record) == referer)
            #expect(text(.userAgent, of: record) == "Mozilla/5.0")
            #expect(text(.origin, of: record) == nil)
            #expect(record.flags.contains([.get, .userAgent]))
        }
    }

    /// All parts at their limits, from a trusted proxy.
    @Test func keepsAllPartsAtTheirLimits() throws {
        func filled(_ start: String, _ length: Int) -> String { start + String(repeating: "x", count: length - start.utf8.count) }
        let fields = [
            ("Origin", filled("https://", RequestRecord.maximumAuthorityLength)),
            ("Referer", filled("https://a.example/", RequestRecord.maximumRefererLength)),
            ("User-Agent", filled("Mozilla/5.0 ", RequestRecord.maximumUserAgentLength)),
            ("HX-Current-URL", filled("https://shop.example/", RequestRecord.maximumRefererLength)),
            ("X-Forwarded-For", filled("203.0.113.9, ", ForwardedFields.maximumListLength)),
            ("X-Forwarded-Proto", filled("https, ", ForwardedFields.maximumSchemesLength)),
            ("X-Forwarded-Host", filled("shop.example, ", ForwardedFields.maximumHostsLength)),
        ]
        let target = filled("/", RequestRecord.maximumTargetLength)
        let authority = filled("shop.", RequestRecord.maximumAuthorityLength)
        var configuration = CaptureConfiguration()
        configuration.trustedProxies = try TrustedProxies("10.0.0.0/8")
        let record = try makeRecord(
            makeRequest(target, authority: authority, fields),
            from: PeerAddress(text: "10.0.0.1"),
            configuration: configuration
        )
        #expect(text(.target, of: record) == target)
        #expect(text(.authority, of: record) == authority)
        let parts: [RequestRecord.Part] = [.origin, .referer, .userAgent, .currentURL, .client, .schemes, .hosts]
        for (part, field) in zip(parts, fields) { #expect(text(part, of: record) == field.1) }
        #expect(record.forwarding == .addresses)
    }

    /// The value of a field that is not UTF-8 is kept as it is.
    @Test(arguments: [0, 7, 8, 63, 64, 2040])
    func keepsBytesThatAreNotUTF8(position: Int) throws {
        var value = [UInt8](repeating: UInt8(ascii: "a"), count: 2041)
        value[position] = 0xE9
        var request = try makeRequest("/", [])
        request.headerFields.append(HTTPField(name: .userAgent, value: value))
        let record = try makeRecord(request)
        record.withParts { #expect($0[.userAgent].map { Array($0) } == value) }
    }

    /// A field without a value differs from a missing one, but is no user agent.
    @Test func keepsEmptyParts() throws {
        let record = try makeRecord(makeRequest("/", [("User-Agent", ""), ("Origin", "")]))
        #expect(text(.userAgent, of: record) == "")
        #expect(text(.origin, of: record) == "")
        #expect(text(.referer, of: record) == nil)
        #expect(!record.flags.contains(.userAgent))
    }

    /// A navigation that the browser names is none of a front end's, although it accepts what Turbo does.
    @Test(arguments: [
        [("Sec-Fetch-Mode", "navigate")], [("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Dest", "document")],
        [("Sec-Fetch-Dest", "document"), ("Service-Worker-Navigation-Preload", "true")],
    ])
    func browserNavigationIsNotBoosted(fields: [(String, String)]) throws {
        let record = try makeRecord(makeRequest("/", accept: "text/html, application/xhtml+xml", fields))
        #expect(record.flags.contains(.navigation))
        #expect(record.flags.isDisjoint(with: [.boosted, .fragment]))
    }

    private func text(_ part: RequestRecord.Part, of record: RequestRecord) -> String? {
        record.withParts { $0[part].map(\.text) }
    }
}
