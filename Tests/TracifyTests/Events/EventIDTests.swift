//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Foundation
import Testing

@testable import Tracify

struct EventIDTests {
    @Test func isVersion7UUIDThatBeginsWithItsTime() throws {
        // The example of RFC 9562, appendix A.6, has this time.
        let id = EventID(date: Date(timeIntervalSince1970: 1_645_557_742))
        let text = id.description
        #expect(text.hasPrefix("017f22e2-79b0-7"))
        let bytes = try #require(UUID(uuidString: text)).uuid
        #expect(bytes.6 >> 4 == 7)
        #expect(bytes.8 >> 6 == 0b10)
    }

    @Test func ordersByTime() {
        var generator = EventIDGenerator()
        let ids = (0..<100).map { generator.makeID(at: Date(timeIntervalSince1970: 1_700_000_000 + Double($0) / 1000)) }
        #expect(ids.map(\.description) == ids.map(\.description).sorted())
    }

    @Test func isUnique() {
        var generator = EventIDGenerator()
        var other = EventIDGenerator()
        let date = Date(timeIntervalSince1970: 1_700_000_000)
        var ids: Set<EventID> = []
        for _ in 0..<10_000 {
            ids.insert(generator.makeID(at: date))
            ids.insert(other.makeID(at: date))
            ids.insert(EventID(date: date))
        }
        #expect(ids.count == 30_000)
    }

    @Test(arguments: [-1, 0, 1e11, 1e15, -.infinity, .infinity, .nan] as [Double])
    func acceptsAnyTime(_ seconds: Double) {
        let id = EventID(date: Date(timeIntervalSince1970: seconds))
        #expect(id.description.utf8.count == 36)
        #expect(id.high >> 12 & 0xF == 7)
    }

    @Test func readsItsText() throws {
        for _ in 0..<100 {
            let id = EventID()
            #expect(try EventID(id.description) == id)
            #expect(try EventID(id.description.uppercased()) == id)
            #expect(try JSONDecoder().decode(EventID.self, from: JSONEncoder().encode(id)) == id)
        }
    }

    @Test(arguments: [
        "", "017f22e2-79b0-7cc3-98c4-dc0c0c07398", "017f22e2-79b0-7cc3-98c4-dc0c0c07398ff", "017f22e279b07cc398c4dc0c0c07398f",
        "017f22e2_79b0-7cc3-98c4-dc0c0c07398f", "017f22e2-79b0-7cc3-98c4-dc0c0c07398g", "----",
    ])
    func refusesOtherTexts(_ text: String) {
        let error = #expect(throws: ValidationError.self) { _ = try EventID(text) }
        #expect(error?.field == "event_id")
    }
}
