//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Tool
import Tracify

/// The number of requests by decision.
struct DecisionTally: Sendable, Equatable {
    private(set) var requests = 0
    private(set) var pageViews = 0
    private(set) var productViews = 0
    private(set) var landings = 0
    /// The number of requests without a valid host, which are neither reported nor skipped by a rule.
    private(set) var withoutHost = 0
    private(set) var skipped: [SkipReason: Int] = [:]

    mutating func add(_ explanation: Tracker.Explanation) {
        self.requests += 1
        if explanation.hasProductView { self.productViews += 1 }
        if explanation.isLanding { self.landings += 1 }
        if let reason = explanation.reasonToSkip {
            self.skipped[reason, default: 0] += 1
        } else if explanation.pageView != nil {
            self.pageViews += 1
        } else {
            self.withoutHost += 1
        }
    }

    mutating func add(_ tally: DecisionTally) {
        self.requests += tally.requests
        self.pageViews += tally.pageViews
        self.productViews += tally.productViews
        self.landings += tally.landings
        self.withoutHost += tally.withoutHost
        self.skipped.merge(tally.skipped, uniquingKeysWith: +)
    }

    /// The rules that skipped requests, those of most requests first.
    var skippedByCount: [(reason: SkipReason, count: Int)] {
        self.skipped.map { ($0.key, $0.value) }.sorted { ($1.count, $0.reason.description) < ($0.count, $1.reason.description) }
    }
}
#endif
