//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// The exporter of a disabled tracker: it delivers nothing, and shuts the sink and the store down at the end.
struct DisabledExporter<C: Clock>: EventExporting where C.Duration == Duration {
    let queue: DeliveryQueue
    let sink: (any EventSink)?
    let store: (any EventStore)?
    let reports: ReportBroadcaster?
    /// The time for which a sink or a store that does not shut down is awaited.
    let abandonDelay: Duration
    let clock: C

    func run() async {
        // A task of its own: when the caller is cancelled, sink and store still have their time.
        await Task { await self.runUntilClosed() }.value
    }

    private func runUntilClosed() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.queue.waitUntilClosed(.gracefully) }
            group.addTask { await self.queue.waitUntilClosed(.byCancellation) }
            await group.next()
            group.cancelAll()
        }
        if let sink = self.sink { _ = await withTimeout(self.abandonDelay, clock: self.clock) { await sink.shutdown() } }
        if let store = self.store { _ = await withTimeout(self.abandonDelay, clock: self.clock) { await store.close() } }
        self.reports?.finish()
    }

    func flush(within timeout: Duration) async -> Bool { true }

    func enterSession(_ visit: ResolvedVisit) async -> ResolvedVisit { visit }

    func deadLetters(_ selection: DeadLetterSelection, count: Int) async throws -> [DeadLetter] { [] }
    func requeueDeadLetters(_ selection: DeadLetterSelection) async throws -> Int { 0 }
    func discardDeadLetters(_ selection: DeadLetterSelection) async throws -> Int { 0 }
    func eraseVisitor(_ visitor: AnonymizedHash) async throws {}
}
