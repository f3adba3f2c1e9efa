//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Foundation
import Synchronization
import Testing

@testable import Tracify

/// A sink whose results a closure decides, and which records the accepted events.
final class ScriptedSink: EventSink {
    private struct State {
        var decide: @Sendable (EventBatch) -> DeliveryError?
        var delivered: [String] = []
        var attempts: [Int] = []
        var inFlight = 0
        var mostInFlight = 0
        var watchers: [(Int, CheckedContinuation<Void, Never>)] = []
    }

    private let state: Mutex<State>

    init(_ decide: @escaping @Sendable (EventBatch) -> DeliveryError? = { _ in nil }) {
        self.state = Mutex(State(decide: decide))
    }

    /// The paths of the accepted events, in order of delivery.
    var delivered: [String] { self.state.withLock { $0.delivered } }
    /// The number of events of each delivery, including failed ones.
    var attempts: [Int] { self.state.withLock { $0.attempts } }

    func decide(_ decide: @escaping @Sendable (EventBatch) -> DeliveryError?) {
        self.state.withLock { $0.decide = decide }
    }

    func deliver(_ batch: EventBatch) async throws {
        let paths = try batch.paths()
        let (failure, due) = self.state.withLock { state in
            state.attempts.append(batch.count)
            let failure = state.decide(batch)
            if failure == nil { state.delivered += paths }
            let due = state.watchers.filter { $0.0 <= state.attempts.count }.map(\.1)
            state.watchers.removeAll { $0.0 <= state.attempts.count }
            return (failure, due)
        }
        for watcher in due { watcher.resume() }
        if let failure { throw failure }
    }

    /// Waits for at least `count` deliveries, including failed ones.
    func waitForAttempts(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let isDue = self.state.withLock { state in
                if state.attempts.count >= count { return true }
                state.watchers.append((count, continuation))
                return false
            }
            if isDue { continuation.resume() }
        }
    }
}

extension EventBatch {
    /// The paths of the events' pages.
    ///
    /// Cut out of the JSON: some tests deliver a hundred thousand events, and decoding them would be most of their time.
    func paths() throws -> [String] {
        let site = "https://shop.example"
        return try self.map { event in
            let json = Data(event.json)
            let start = try #require(json.range(of: Data(#""url":""#.utf8))?.upperBound)
            let url = String(decoding: json[start...].prefix { $0 != UInt8(ascii: "\"") }, as: UTF8.self)
            return url.hasPrefix(site) ? String(url.dropFirst(site.count)) : url
        }
    }

    func contains(path: String) -> Bool {
        (try? self.paths().contains(path)) ?? false
    }
}
