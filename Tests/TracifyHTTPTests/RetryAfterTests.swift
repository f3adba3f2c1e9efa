//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Foundation
import Testing

@testable import TracifyHTTP

struct RetryAfterTests {
    /// Sun, 06 Nov 1994 08:49:00 GMT.
    private let now = Date(timeIntervalSince1970: 784_111_740)

    @Test(arguments: [
        ("0", Duration.seconds(0)),
        ("120", .seconds(120)),
        ("Sun, 06 Nov 1994 08:49:37 GMT", .seconds(37)),
        ("Sunday, 06-Nov-94 08:49:37 GMT", .seconds(37)),
        ("Sun Nov  6 08:49:37 1994", .seconds(37)),
        ("Sun, 06 Nov 1994 08:48:00 GMT", .zero),
        ("9999999999", .seconds(9_999_999_999)),
    ])
    func parsesSecondsAndDates(_ value: String, duration: Duration) {
        #expect(RetryAfter.parse(value, now: self.now) == duration)
    }

    @Test(arguments: [
        "", "-1", "1.5", "soon", "99999999999", "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 CET",
        "Sun, 06 Nov 1994 25:00:00 GMT", "Sun, 06 Foo 1994 08:49:37 GMT", "Sun, 06 Nov 99999 08:49:37 GMT", "1 2 3 4 5 6",
    ])
    func returnsNilForMalformedValues(_ value: String) {
        #expect(RetryAfter.parse(value, now: self.now) == nil)
    }
}
