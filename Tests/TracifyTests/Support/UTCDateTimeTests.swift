//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Foundation
import Testing

@testable import Tracify

struct UTCDateTimeTests {
    private func text(_ seconds: Int64) -> String {
        UTCDateTime.withText(of: seconds) { $0.text }
    }

    @Test(arguments: [
        (Int64(0), "1970-01-01 00:00:00"),
        (-1, "1969-12-31 23:59:59"),
        (1_718_973_400, "2024-06-21 12:36:40"),
        (951_782_400, "2000-02-29 00:00:00"),
        (951_868_799, "2000-02-29 23:59:59"),
        (-2_203_891_200, "1900-03-01 00:00:00"),
        (-2_203_891_201, "1900-02-28 23:59:59"),
        (4_107_542_400, "2100-03-01 00:00:00"),
        (2_147_483_648, "2038-01-19 03:14:08"),
        (-62_135_596_800, "0001-01-01 00:00:00"),
        (253_402_300_799, "9999-12-31 23:59:59"),
    ])
    func formatsAndParses(seconds: Int64, expected: String) {
        #expect(self.text(seconds) == expected)
        #expect(UTCDateTime.parse(expected) == seconds)
    }

    @Test func agreesWithFoundationCalendar() {
        let seed: UInt64 = 0x71E
        var generator = SplitMix64(seed: seed)
        for round in 0..<10_000 {
            var seconds = Int64.random(in: -62_135_596_800...253_402_300_799, using: &generator)
            // Sometimes the first second of a day, or the last.
            if generator.once(in: 3) { seconds -= seconds % 86_400 }
            if generator.once(in: 6) { seconds -= 1 }
            let text = self.text(seconds)
            let expected = UTCDateTimeOracle.text(of: Date(timeIntervalSince1970: Double(seconds)))
            #expect(text == expected, "\(seconds), seed \(seed), round \(round)")
            #expect(UTCDateTime.parse(text) == seconds, "\(seconds), seed \(seed), round \(round)")
        }
    }

    @Test func daysOf400YearsAreAscending() throws {
        // One whole period of the calendar, from 1 January 2000.
        var previous = ""
        for day in Int64(0)..<146_097 {
            let text = self.text(946_684_800 + day * 86_400)
            try #require(text > previous)
            try #require(UTCDateTime.parse(text) == 946_684_800 + day * 86_400)
            previous = text
        }
        #expect(previous == "2399-12-31 00:00:00")
    }

    @Test(arguments: [
        "2023-02-29 00:00:00", "1900-02-29 00:00:00", "2100-02-29 00:00:00", "2024-02-30 00:00:00", "2024-04-31 00:00:00",
        "2024-06-31 00:00:00", "2024-09-31 00:00:00", "2024-11-31 00:00:00", "2024-01-32 00:00:00", "2024-01-00 00:00:00",
        "2024-00-01 00:00:00", "2024-13-01 00:00:00", "0000-01-01 00:00:00", "2024-01-01 24:00:00", "2024-01-01 23:60:00",
        "2024-01-01 23:59:60", "2024-01-01 99:99:99",
    ])
    func returnsNilForNonexistentTimes(_ text: String) {
        #expect(UTCDateTime.parse(text) == nil)
    }

    @Test(arguments: [
        "", "2024-06-21", "2024-06-21T12:36:40", "2024-06-21 12:36:40Z", "2024-06-21 12:36", "2024-06-21 12:36:4",
        "24-06-21 12:36:40",
        " 2024-06-21 12:36:40", "2024-06-21 12:36:40 ", "2024/06/21 12:36:40", "2024-06-21 12.36.40", "2024-6-21 12:36:400",
        "-024-06-21 12:36:40", "2024-+6-21 12:36:40", "2024-06-21  2:36:40", "2024-06-21 12:36:4\u{660}", "1718973400",
        "2024-06-21 12:36:\u{664}", "21.06.2024 12:36:40", "2024-06-21\u{A0}12:36:4", "20240621123640.0000",
    ])
    func returnsNilForOtherFormats(_ text: String) {
        #expect(UTCDateTime.parse(text) == nil)
    }

    @Test(arguments: [
        (0.0, Int64(0)), (0.999, 0), (-0.001, -1), (1_718_973_400.5, 1_718_973_400), (253_402_300_799.9, 253_402_300_799),
        (-62_135_596_800.0, -62_135_596_800),
    ])
    func roundsDown(interval: Double, seconds: Int64) {
        #expect(UTCDateTime.seconds(of: Date(timeIntervalSince1970: interval)) == seconds)
    }
}
