//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Foundation
import HTTPTypes
import Logging
import ServiceLifecycle
import Synchronization
import Testing

@testable import Tracify

/// A browser's request, and a response with a page.
struct Browsing {
    static let address = "203.0.113.77"
    static let userAgent = "Mozilla/5.0 (X11; Linux x86_64) Firefox/126.0"

    static func request(_ path: String = "/", userAgent: String = Browsing.userAgent) -> HTTPRequest {
        var request = HTTPRequest(method: .get, scheme: "https", authority: "shop.example", path: path)
        request.headerFields[.userAgent] = userAgent
        request.headerFields[.accept] = "text/html,application/xhtml+xml,*/*;q=0.8"
        return request
    }

    static let page = HTTPResponse(status: .ok, headerFields: [.contentType: "text/html; charset=utf-8"])

    static func visit(_ path: String = "/") -> Visit {
        Visit(Browsing.request(path), from: PeerAddress(text: Browsing.address), at: Date(timeIntervalSince1970: 1_718_973_397))
    }
}

extension Tracker.Configuration {
    /// A configuration whose intervals and deadlines do not elapse by themselves, even on a busy machine.
    static func stub(_ change: (inout Tracker.Configuration) -> Void = { _ in }) throws -> Tracker.Configuration {
        var configuration = Tracker.Configuration(
            customerSiteID: try CustomerSiteID("6b29fc40-ca47-1067-b31d-00dd010662da")
        )
        configuration.shutdown.gracefulDeadline = .seconds(600)
        change(&configuration)
        return configuration
    }
}

extension Tracker {
    func view(_ path: String = "/") {
        self.requestCompleted(Browsing.request(path), from: PeerAddress(text: Browsing.address), response: Browsing.page)
    }
}

/// A sink whose deliveries wait until the test releases them.
final class GatedSink: EventSink {
    private struct State {
        var waiting: [(EventBatch, CheckedContinuation<Void, any Error>)] = []
        var watchers: [(Int, CheckedContinuation<Void, Never>)] = []
        var delivered: [EventBatch] = []
        var isCancelled = false
        var isShutDown = false
    }

    private let state = Mutex(State())

    var waitingCount: Int { self.state.withLock { $0.waiting.count } }
    var delivered: [EventBatch] { self.state.withLock { $0.delivered } }
    var isShutDown: Bool { self.state.withLock { $0.isShutDown } }

    func deliver(_ batch: EventBatch) async throws {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let watchers = self.state.withLock { state -> [CheckedContinuation<Void, Never>]? in
                    if state.isCancelled { return nil }
                    state.waiting.append((batch, continuation))
                    let due = state.watchers.filter { $0.0 <= state.waiting.count }.map(\.1)
                    state.watchers.removeAll { $0.0 <= state.waiting.count }
                    return due
                }
                guard let watchers else { return continuation.resume(throwing: CancellationError()) }
                for watcher in watchers { watcher.resume() }
            }
        } onCancel: {
            let waiting = self.state.withLock { state in
                state.isCancelled = true
                defer { state.waiting = [] }
                return state.waiting
            }
            for (_, continuation) in waiting { continuation.resume(throwing: CancellationError()) }
        }
    }

    func shutdown() async { self.state.withLock { $0.isShutDown = true } }

    /// Waits until at least `count` deliveries are waiting.
    func waitForDeliveries(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let isDue = self.state.withLock { state in
                if state.waiting.count >= count { return true }
                state.watchers.append((count, continuation))
                return false
            }
            if isDue { continuation.resume() }
        }
    }

    /// Lets the oldest waiting delivery succeed.
    func releaseFirst() {
        let first = self.state.withLock { state -> CheckedContinuation<Void, any Error>? in
            guard !state.waiting.isEmpty else { return nil }
            let (batch, continuation) = state.waiting.removeFirst()
            state.delivered.append(batch)
            return continuation
        }
        first?.resume()
    }
}

/// Runs a tracker while `body` runs, then shuts it down gracefully and waits for it to end.
func running(_ tracker: Tracker, _ body: @Sendable @escaping () async throws -> Void) async throws {
    let group = ServiceGroup(
        configuration: ServiceGroupConfiguration(
            services: [tracker],
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        )
    )
    try await withThrowingTaskGroup(of: Void.self) { tasks in
        tasks.addTask { try await group.run() }
        do {
            try await body()
        } catch {
            await group.triggerGracefulShutdown()
            throw error
        }
        await group.triggerGracefulShutdown()
        try await tasks.waitForAll()
    }
}
