//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Tracify

/// What the checks of one run share: the seed and the time limit of each call.
struct ConformanceRun: Sendable {
    let seed: UInt64
    private let limitText: String
    private let waitForLimit: @Sendable () async -> Void

    init(seed: UInt64, limit: Duration, clock: some Clock<Duration>) {
        self.seed = seed
        self.limitText = "\(limit)"
        // A process that is short of processors wakes a sleep late, and a call as well. In parts, the limit is late with the call: a
        // test run whose other tests keep the executor busy for longer than the limit fails no call that would end.
        self.waitForLimit = {
            for _ in 0..<Self.limitParts {
                guard (try? await clock.sleep(for: limit / Self.limitParts)) != nil else { return }
            }
        }
    }

    private static let limitParts = 100

    /// Returns the result of a call.
    ///
    /// - Parameters:
    ///   - call: The name of the call.
    ///   - requirement: The requirement that the call ends in time.
    ///   - operation: The call.
    /// - Returns: The result, or the error, of the call.
    /// - Throws: `ConformanceFailure` after the time limit; `CancellationError` when the check itself is cancelled.
    func bounded<Value: Sendable>(
        _ call: String,
        _ requirement: ConformanceRequirement,
        _ operation: @escaping @Sendable () async throws -> Value
    ) async throws -> Result<Value, any Error> {
        let result = await withTimeout(until: self.waitForLimit) { () -> Result<Value, any Error> in
            do { return .success(try await operation()) } catch { return .failure(error) }
        }
        guard let result else {
            try Task.checkCancellation()
            throw self.failure(requirement, "\(call) ends within \(self.limitText).", "It did not end.")
        }
        return result
    }

    func failure(_ requirement: ConformanceRequirement, _ expected: String, _ seen: String) -> ConformanceFailure {
        ConformanceFailure(
            number: requirement.number,
            requirement: requirement.text,
            expected: expected,
            seen: seen,
            seed: self.seed
        )
    }
}

/// A requirement of every sink or of every store.
struct ConformanceRequirement: Sendable {
    /// The requirement's number in the list of the function that checks it.
    let number: Int
    let text: String

    init(_ number: Int, _ text: String) {
        self.number = number
        self.text = text
    }
}
