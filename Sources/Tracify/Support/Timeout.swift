//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// Runs an operation and returns its result, or `nil` if the deadline passes first.
///
/// When the deadline passes, the operation is cancelled but not awaited: it may be third-party code that ignores cancellation,
/// and the caller must not hang on it. Cancelling the calling task has the same effect.
///
/// - Parameters:
///   - deadline: A closure that returns when the deadline passes. It is cancelled when the operation returns.
///   - operation: The operation.
/// - Returns: The operation's result, or `nil` if the deadline passed or the calling task was cancelled.
package func withTimeout<Result: Sendable>(
    until deadline: @escaping @Sendable () async -> Void,
    _ operation: @escaping @Sendable () async -> Result
) async -> Result? {
    let outcome = Outcome<Result>()
    let work = Task { outcome.set(await operation()) }
    let timer = Task {
        await deadline()
        outcome.set(nil)
    }
    defer {
        work.cancel()
        timer.cancel()
    }
    return await outcome.value
}

/// Runs an operation and returns its result, or `nil` if the operation takes longer than the timeout.
///
/// - Parameters:
///   - duration: The timeout.
///   - clock: The clock that measures the timeout.
///   - operation: The operation. After the timeout it is cancelled but not awaited.
/// - Returns: The operation's result, or `nil` after the timeout or if the calling task was cancelled.
package func withTimeout<Result: Sendable, C: Clock>(
    _ duration: C.Duration,
    clock: C,
    _ operation: @escaping @Sendable () async -> Result
) async -> Result? {
    await withTimeout(until: { try? await clock.sleep(for: duration) }, operation)
}
