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
    for letter in try await tracker.deadLetters(.init(types: [.purchase]), count: 20) {
        print(letter.event.id, letter.date, letter.reason)
    }
    let requeued = try await tracker.requeueDeadLetters(.init(reason: "no such site"))
    let discarded = try await tracker.discardDeadLetters(.init(types: [.pageView]))
    // sample end
    print(requeued, discarded)
}

private func order(_ tracker: Tracker) async throws {
    // sample begin
    for delivery in try await tracker.delivery(ofOrder: "1001") {
        print(delivery.eventID, delivery.state, delivery.date)
    }
    // sample end
}

private func flush(_ tracker: Tracker) async {
    // sample begin
    let isDelivered = await tracker.flush(within: .seconds(2))
    // sample end
    print(isDelivered)
}

private func health(_ tracker: Tracker, _ logger: Logger) {
    // sample begin
    for problem in tracker.health.problems {
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
