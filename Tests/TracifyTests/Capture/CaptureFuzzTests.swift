//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Foundation
import HTTPTypes
import Testing

@testable import Tracify

/// Requests with hostile texts in every field become events that the contract allows, or no event.
struct CaptureFuzzTests {
    @Test(arguments: 0..<4)
    func hostileRequestsResolveToValidEvents(_ part: Int) throws {
        let seed = 0xCAFE_0000 + UInt64(part)
        var generator = SplitMix64(seed: seed)
        var configuration = CaptureConfiguration()
        configuration.urlParameters = ["gclid", "KEY"]
        configuration.urlQueryKeys = ["gclid", "q"]
        let validator = EventValidator(urlParameters: configuration.urlParameters)
        var events = 0
        for round in 0..<1000 {
            let place: Comment = "seed \(seed), round \(round)"
            let visit = Visit(try Self.request(using: &generator), from: .stub, at: .pageExample)
            guard let event = try? visit.event(.pageView) else { continue }
            events += 1
            let body = EventEncoder().encode([event])
            #expect(throws: Never.self, place) {
                let decoded = try EventDecoder().decode(body)
                #expect(decoded == [event], place)
                #expect(EventEncoder().encode(decoded) == body, place)
            }
            #expect(validator.validate(body) == [], place)
            #expect(event.url.text.utf8.count <= PageURL.maximumLength, place)
            #expect(event.url.text.utf8.allSatisfy { (0x21...0x7E).contains($0) }, place)
            #expect(event.origin.text.utf8.allSatisfy { (0x21...0x7E).contains($0) }, place)
            if let referer = event.referer {
                #expect(referer.text.utf8.count <= Referer.maximumLength, place)
                #expect(referer.text.utf8.allSatisfy { (0x21...0x7E).contains($0) }, place)
            }
        }
        #expect(events > 300, "enough of the requests have a valid host")
    }

    private static func request(using generator: inout SplitMix64) throws -> HTTPRequest {
        let limit = generator.once(in: 10) ? 9000 : 60
        var texts = (0..<5).map { _ in HostileText.random(limit: limit, using: &generator) }
        if generator.once(in: 10) { texts[0] = String(repeating: texts[0], count: 200) }
        let authority = generator.pick([
            "shop.example", "shop.example:8443", "[::1]:80", "shop.example\(texts[4])", "\(texts[4])shop.example",
            "shop:\(texts[4])80",
        ])
        let query = "?q=\(texts[1])&utm_source=\(texts[2])&\(texts[3])=x&utm_\(texts[3])=y&gclid=\(texts[1])#\(texts[2])"
        let target = generator.pick(["/\(texts[0])\(query)", "/\(texts[0])", texts[0], "http://\(authority)\(texts[0])\(query)"])
        let referer = generator.pick([
            "https://b.example\(texts[1])", "https://b.example/\(texts[1])", "android-app://\(texts[2])",
        ])
        return try makeRequest(
            target,
            scheme: generator.pick(["https", "http", "HTTPS", nil]),
            authority: authority,
            [
                ("User-Agent", texts[3]),
                ("Origin", generator.pick(["https://\(authority)", texts[4], "null"])),
                ("Referer", referer),
            ]
        )
    }
}
