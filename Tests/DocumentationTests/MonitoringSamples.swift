//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import HTTPTypes
import Tracify

private func state(_ tracker: Tracker) {
    // sample begin
    print(tracker.statistics)
    print(tracker.health)
    // sample end
}

private func explanation(_ tracker: Tracker, _ request: HTTPRequest, _ response: HTTPResponse) {
    // sample begin
    let explanation = tracker.explain(request, from: PeerAddress(text: "203.0.113.7"), response: response)
    print(explanation)
    for decision in explanation.decisions where decision.skips { print(decision) }
    // sample end
}

private func rejectedTraces(_ tracker: Tracker) async {
    // sample begin
    for await report in tracker.deliveryReports() where report.outcome.isRejected {
        for (event, trace) in report.traceIDs { print("event \(event) of trace \(trace) was rejected") }
    }
    // sample end
}

private func requeueUnconfirmed(_ tracker: Tracker) async throws {
    // sample begin
    let requeued = try await tracker.requeueDeadLetters(.init(reason: "unconfirmed"))
    // sample end
    print(requeued)
}

private func requeueAll(_ tracker: Tracker) async throws {
    // sample begin
    try await tracker.requeueDeadLetters()
    // sample end
}
