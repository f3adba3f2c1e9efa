//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Testing
import Tracify

/// Every event that the decoder accepts round-trips and is valid under the contract.
struct EventDecoderFuzzTests {
    private static let models: [ForeignEvent] = [
        .pageView.withData("Referer", #""https://b.example/path""#).withData("utm_source", #""a""#), .addToCart, .purchase,
        .conversion, .survey,
    ]

    @Test(arguments: 0..<4)
    func decodedEventsAreValid(_ part: Int) throws {
        let seed = 0xDEC0_0000 + UInt64(part)
        var generator = SplitMix64(seed: seed)
        var taken = 0
        for round in 0..<2000 {
            let body = Self.damaged(generator.pick(Self.models).body, using: &generator)
            guard let events = try? EventDecoder().decode(body) else { continue }
            taken += 1
            let place: Comment = "seed \(seed), round \(round): \(String(decoding: body, as: UTF8.self))"
            let written = EventEncoder().encode(events)
            #expect((try? EventDecoder().decode(written)) == events, place)
            let names = events.flatMap(\.parameters).map(\.name)
            #expect(EventValidator(urlParameters: Set(names)).validate(written) == [], place)
        }
        #expect(taken > 50, "some damage is harmless")
    }

    /// Inserts or replaces text at one or two places of the body.
    private static func damaged(_ body: String, using generator: inout SplitMix64) -> [UInt8] {
        var bytes = Array(body.utf8)
        for _ in 0..<Int.random(in: 1...2, using: &generator) {
            let piece = generator.pick([
                "\\\\", "\\u0000", " ", "@", "#", "?", "/", ":", "%", "[", "]", "0", "-", "+", ".", "A", "\u{212A}", "\u{301}",
                "\u{E9}", "e",
            ])
            let place = Int.random(in: 0..<bytes.count, using: &generator)
            if generator.once(in: 2) {
                bytes.insert(contentsOf: piece.utf8, at: place)
            } else {
                bytes.replaceSubrange(place...place, with: piece.utf8)
            }
        }
        return bytes
    }
}
