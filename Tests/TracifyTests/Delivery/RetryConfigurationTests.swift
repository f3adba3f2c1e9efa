//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Testing

@testable import Tracify

struct RetryConfigurationTests {
    private let policy = RetryConfiguration()

    @Test(arguments: [(1, 0.5), (2, 1.0), (3, 2.0), (7, 32.0), (8, 60.0), (1000, 60.0)])
    func backoffDoublesUpToMaximum(failures: Int, seconds: Double) {
        #expect(self.policy.pause(afterFailures: failures, jitter: 1) == .seconds(seconds))
        #expect(self.policy.pause(afterFailures: failures, jitter: 0.5) == .seconds(seconds / 2))
        #expect(self.policy.pause(afterFailures: failures, jitter: 0) == .zero)
    }

    @Test func honorsRetryAfterUpToMaximum() {
        #expect(self.policy.pause(afterFailures: 1, retryAfter: .seconds(120), jitter: 0) == .seconds(120))
        #expect(self.policy.pause(afterFailures: 1, retryAfter: .seconds(120), jitter: 1) == .seconds(120.5))
        #expect(self.policy.pause(afterFailures: 20, retryAfter: .seconds(120), jitter: 1) == .seconds(121))
        #expect(self.policy.pause(afterFailures: 1, retryAfter: .seconds(1_000_000), jitter: 0) == .seconds(900))
        #expect(self.policy.pause(afterFailures: 1, retryAfter: .seconds(-5), jitter: 0) == .zero)
    }

    @Test func clampsArgumentsOutOfRange() {
        #expect(self.policy.pause(afterFailures: -3, jitter: 7) == .milliseconds(500))
        #expect(self.policy.pause(afterFailures: .max, jitter: -1) == .zero)
    }
}
