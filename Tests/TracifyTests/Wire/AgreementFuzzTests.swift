//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Testing

@testable import Tracify

/// Encoder, decoder and validator agree about random events and about their damaged bodies.
struct AgreementFuzzTests {
    // Parts, so that they run in parallel.
    @Test(arguments: 0..<4)
    func agreeAboutRandomAndDamagedEvents(_ part: Int) throws {
        let seed = 0xA62E_0000 + UInt64(part)
        var generator = SplitMix64(seed: seed)
        var verdicts: [Verdict: Int] = [:]
        for round in 0..<100 {
            var options = EncodingConfiguration()
            options.sendsConversionValue = generator.once(in: 2)
            options.sendsCurrencyAsCC = generator.once(in: 2)
            let event = try Event.random(using: &generator)
            let body = EventEncoder(configuration: options).encode([event])
            let place = "seed \(seed), round \(round)"
            try #require(EventValidator.allowingEveryParameter.validate(body) == [], "\(place)")
            try #require(try EventDecoder().decode(body) == [event], "\(place)")
            for _ in 0..<10 {
                let damaged = try DamagedBody.random(body, using: &generator)
                let text = String(decoding: damaged, as: UTF8.self)
                verdicts[try self.verdict(on: damaged, "\(place): \(text)"), default: 0] += 1
            }
        }
        // Without these, the damage would be too little or too much.
        #expect(verdicts[.accepted, default: 0] > 50)
        #expect(verdicts[.refused, default: 0] > 500)
        #expect(verdicts[.withoutSession, default: 0] > 0)
    }

    private enum Verdict {
        case accepted, refused, withoutSession
    }

    /// Requires that the decoder and the validator give the same verdict, and that what the decoder accepts can be sent.
    private func verdict(on body: [UInt8], _ place: Comment) throws -> Verdict {
        let deviations = EventValidator.allowingEveryParameter.validate(body)
        guard let events = try? EventDecoder().decode(body) else {
            // The exception: the contract does not require class 2, but an `IdentityData` does.
            if deviations.isEmpty, self.lacksSession(body) { return .withoutSession }
            try #require(deviations != [], place)
            return .refused
        }
        try #require(deviations == [], place)
        let written = EventEncoder().encode(events)
        try #require(EventValidator.allowingEveryParameter.validate(written) == [], place)
        try #require(try EventDecoder().decode(written) == events, place)
        return .accepted
    }

    private func lacksSession(_ body: [UInt8]) -> Bool {
        guard case .array(let events)? = (try? JSONParser.parse(body))?[key: "events"] else { return false }
        return events.contains { event in
            guard case .object(let identity)? = event[key: "identity_data"] else { return false }
            return !identity.contains { $0.value == .number("2") }
        }
    }
}
