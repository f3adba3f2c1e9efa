//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// The interface of an exporter, whatever its clock.
protocol EventExporting: Sendable {
    /// Delivers until the queue is closed and drained, or the shutdown deadline has passed.
    ///
    /// Called once.
    func run() async

    /// Delivers what was captured so far, and returns whether that was done within a time.
    func flush(within timeout: Duration) async -> Bool

    /// Returns a visit with what its session adds to an event.
    func enterSession(_ visit: ResolvedVisit) async -> ResolvedVisit

    func deadLetters(_ selection: DeadLetterSelection, count: Int) async throws -> [DeadLetter]
    func requeueDeadLetters(_ selection: DeadLetterSelection) async throws -> Int
    func discardDeadLetters(_ selection: DeadLetterSelection) async throws -> Int

    /// Erases the observations of a visitor and the session.
    func eraseVisitor(_ visitor: AnonymizedHash) async throws
}
