//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Tool
import Synchronization
import Testing
import Tracify

@testable import tracifyctl

struct ReplayDeliveryTests {
    /// A sink that decides by the number of the attempt and the bodies of the events.
    private final class DecidingSink: EventSink {
        private let attempts = Mutex(0)
        private let decide: @Sendable (Int, [String]) -> DeliveryError?

        init(_ decide: @escaping @Sendable (Int, [String]) -> DeliveryError?) {
            self.decide = decide
        }

        func deliver(_ batch: EventBatch) async throws {
            let attempt = self.attempts.withLock { count in
                count += 1
                return count
            }
            if let error = self.decide(attempt, batch.map { String(decoding: $0.json, as: UTF8.self) }) { throw error }
        }
    }

    private static let items = (0..<10)
        .map { number in
            ReplayItem(.null, json: Array("\"\(number)\"".utf8), line: number, end: ReplayPosition(line: number))
        }

    /// Delivers ten events and returns the lines of those delivered and rejected, and the pauses.
    private static func deliver(
        giveUpAfter: Duration? = nil,
        _ decide: @escaping @Sendable (Int, [String]) -> DeliveryError?
    ) async throws -> (delivered: [Int], rejected: [Int], pauses: [Duration]) {
        var delivery = ReplayDelivery(sink: DecidingSink(decide), giveUpAfter: giveUpAfter)
        let time = Time()
        delivery.sleep = { time.advance($0) }
        delivery.now = { time.now }
        var delivered: [Int] = []
        var rejected: [Int] = []
        try await delivery.deliver(Self.items[...]) { items, outcome in
            switch outcome {
            case .delivered: delivered += items.map(\.line)
            case .rejected: rejected += items.map(\.line)
            }
        }
        return (delivered, rejected, time.pauses)
    }

    private final class Time: Sendable {
        private let state = Mutex((now: ContinuousClock.now, pauses: [Duration]()))

        var now: ContinuousClock.Instant { self.state.withLock { $0.now } }
        var pauses: [Duration] { self.state.withLock { $0.pauses } }

        func advance(_ pause: Duration) {
            self.state.withLock { state in
                state.now += pause
                state.pauses.append(pause)
            }
        }
    }

    @Test func deliversBatchAtOnce() async throws {
        let result = try await Self.deliver { attempt, events in attempt > 1 || events.count != 10 ? .retryable("more") : nil }
        #expect(result.delivered == Array(0..<10))
        #expect(result.pauses.isEmpty)
    }

    @Test func isolatesRejectedEvents() async throws {
        let result = try await Self.deliver { _, events in
            events.contains("\"3\"") || events.contains("\"7\"") ? .rejected("bad") : nil
        }
        #expect(result.rejected == [3, 7])
        #expect(result.delivered == [0, 1, 2, 4, 5, 6, 8, 9])
    }

    @Test func halvesBatchThatIsTooLarge() async throws {
        let result = try await Self.deliver { _, events in events.count > 3 ? .tooLarge("too large") : nil }
        #expect(result.delivered == Array(0..<10))
        #expect(result.rejected.isEmpty)
    }

    @Test func honorsRetryAfter() async throws {
        let result = try await Self.deliver { attempt, _ in attempt < 3 ? .retryable("busy", after: .seconds(30)) : nil }
        #expect(result.delivered.count == 10)
        #expect(result.pauses.count == 2)
        #expect(result.pauses.allSatisfy { $0 >= .seconds(30) && $0 <= .seconds(31) })
    }

    @Test func goesOnForEverWithoutLimit() async throws {
        let result = try await Self.deliver { attempt, _ in attempt < 200 ? .retryable("down") : nil }
        #expect(result.delivered == Array(0..<10))
        #expect(result.rejected.isEmpty)
    }

    @Test func failingEventDoesNotKeepItsBatchBack() async throws {
        let result = try await Self.deliver { attempt, events in
            attempt < 60 && events.contains("\"9\"") ? .retryable("blocked") : nil
        }
        #expect(result.delivered == Array(0..<10))
    }

    @Test func givesUpAfterTime() async throws {
        let error = await #expect(throws: ToolError.self) {
            _ = try await Self.deliver(giveUpAfter: .seconds(60)) { _, _ in .retryable("down", after: .seconds(25)) }
        }
        #expect(error?.message == "Gave up, because nothing was accepted for 60 s: down.")
    }

    @Test func wrongTokenEndsReplay() async throws {
        let error = await #expect(throws: ToolError.self) {
            _ = try await Self.deliver { _, _ in .unauthorized("status 401") }
        }
        #expect(error?.message.contains("status 401. Check the token") == true)
    }

    @Test func unconfirmedBatchIsNotRepeatedForEver() async throws {
        let result = try await Self.deliver { _, _ in .unconfirmed("status 200 with an unreadable body") }
        #expect(result.rejected == Array(0..<10))
        #expect(result.pauses.count == 2)
    }
}
#endif
