//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Testing
import Tracify
import TracifyTesting

/// The checks of an outbox find faults, and nothing else.
@Suite(.timeLimit(.minutes(15)))
struct OutboxConformanceTests {
    /// A check that passes everything proves nothing.
    @Test(arguments: FaultyOutbox.Fault.allCases)
    func findsTheFault(_ fault: FaultyOutbox.Fault) async throws {
        let error = await #expect(throws: ConformanceFailure.self) {
            try await checkOutboxConformance(seed: 1) {
                let outbox = FaultyOutbox(fault)
                return OutboxUnderTest(outbox) { await outbox.insert($0) }
            }
        }
        #expect(error?.number == fault.requirement)
    }

    @Test func outboxWithoutFaultConforms() async throws {
        try await checkOutboxConformance {
            let outbox = FaultyOutbox(nil)
            return OutboxUnderTest(outbox) { await outbox.insert($0) }
        }
    }
}

/// An outbox in memory with one fault.
actor FaultyOutbox: Outbox {
    enum Fault: CaseIterable {
        case changesText, newestFirst, ignoresLimit, ignoresLease, leasesForEver, releasesAll, releasesNothing, deletesNothing

        /// The requirement that it does not meet.
        var requirement: Int {
            switch self {
            case .changesText, .newestFirst, .ignoresLimit, .ignoresLease: 1
            case .leasesForEver: 2
            case .releasesAll, .releasesNothing: 3
            case .deletesNothing: 4
            }
        }
    }

    private let fault: Fault?
    private var entries: [OutboxEntry] = []
    private var leased: Set<EventID> = []

    init(_ fault: Fault?) {
        self.fault = fault
    }

    func insert(_ entries: [OutboxEntry]) { self.entries += entries }

    func claim(limit: Int, lease: Duration) -> [OutboxEntry] {
        let free = self.entries.filter { self.fault == .ignoresLease || !self.leased.contains($0.id) }
        var claimed = Array(free.prefix(self.fault == .ignoresLimit ? limit + 1 : limit))
        if lease > .zero || self.fault == .leasesForEver { self.leased.formUnion(claimed.map(\.id)) }
        if self.fault == .newestFirst { claimed.reverse() }
        guard self.fault == .changesText else { return claimed }
        return claimed.map { OutboxEntry(id: $0.id, json: $0.json.replacing(" ", with: "")) }
    }

    func delete(ids: [EventID]) {
        guard self.fault != .deletesNothing else { return }
        self.entries.removeAll { ids.contains($0.id) }
    }

    func release(ids: [EventID]) {
        switch self.fault {
        case .releasesAll: self.leased = []
        case .releasesNothing: break
        default: self.leased.subtract(ids)
        }
    }
}
