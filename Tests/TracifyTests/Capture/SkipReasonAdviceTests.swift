//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Testing
import Tracify

struct SkipReasonAdviceTests {
    @Test(arguments: SkipReason.allCases)
    func eachRuleHasAdviceInOneLine(_ reason: SkipReason) {
        #expect(reason.advice.hasSuffix("."))
        #expect(!reason.advice.contains("\n"))
        #expect(reason.advice.count <= 130)
    }

    @Test func noTwoRulesHaveTheSameAdvice() {
        #expect(Set(SkipReason.allCases.map(\.advice)).count == SkipReason.allCases.count)
    }
}
