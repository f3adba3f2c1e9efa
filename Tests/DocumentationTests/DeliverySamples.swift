//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Logging
import ServiceLifecycle
import Tracify
import UnixSignals

private func tuned(_ configuration: inout Tracker.Configuration) {
    // sample begin
    configuration.batches.maximumEvents = 500
    configuration.retry.maximumBackoff = .seconds(30)
    configuration.shutdown.gracefulDeadline = .seconds(20)
    // sample end
}

private func deadLetters(_ tracker: Tracker) async throws {
    // sample begin
    for letter in try await tracker.deadLetters(count: 20) {
        print(letter.event.id, letter.event.type, letter.reason)
    }
    let count = try await tracker.requeueDeadLetters()
    // sample end
    print(count)
}

private func health(_ tracker: Tracker, _ logger: Logger) {
    // sample begin
    if let problem = tracker.health.problem {
        logger.error("Delivery fails", metadata: ["code": "\(problem.code)", "reason": "\(problem.reason)"])
    }
    // sample end
}

private func reports(_ tracker: Tracker) async {
    // sample begin
    for await report in tracker.deliveryReports() {
        guard report.outcome.isRejected, let error = report.outcome.error else { continue }
        print("Rejected:", report.eventIDs, error.reason)
    }
    // sample end
}

private func run(_ tracker: Tracker, _ server: some Service) async throws {
    // sample begin
    let group = ServiceGroup(
        services: [tracker, server],
        gracefulShutdownSignals: [.sigterm],
        logger: Logger(label: "shop")
    )
    try await group.run()
    // sample end
}
