//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Testing
import TracifyTesting

/// The conformance suite finds stores that do not meet a requirement, and names the requirement.
@Suite(.timeLimit(.minutes(15)))
struct FaultyStoreTests {
    @Test(arguments: FaultyStore.Fault.allCases)
    func findsEachFault(fault: FaultyStore.Fault) async throws {
        let clock = GatedClock()
        let failure = await #expect(throws: ConformanceFailure.self) {
            try await checkFaultyStore(fault, clock)
        }
        #expect(failure?.number == fault.requirement, "\(failure.map { "\($0)" } ?? "")")
    }

    @Test func faultsCoverAllRequirements() {
        #expect(Set(FaultyStore.Fault.allCases.map(\.requirement)) == Set(1...22))
    }

    @Test func failureShowsRequirementAndSeed() async throws {
        let failure = await #expect(throws: ConformanceFailure.self) {
            try await checkFaultyStore(.readsNewestFirst, GatedClock())
        }
        #expect(
            failure?.description == """
                Requirement 1: A lane is read in the order of the commits, and the events are unchanged.
                Expected: The events of the lane orders: 30 events: purchase 3, conversion 4, postpurchasesurvey 5, purchase 9, \
                conversion 10, postpurchasesurvey 11, purchase 15, conversion 16, postpurchasesurvey 17, purchase 21, conversion 22, \
                postpurchasesurvey 23, ….
                Seen: 30 events: postpurchasesurvey 59, conversion 58, purchase 57, postpurchasesurvey 53, conversion 52, \
                purchase 51, postpurchasesurvey 47, conversion 46, purchase 45, postpurchasesurvey 41, conversion 40, purchase 39, ….
                Seed: 4711
                """
        )
    }

    @Test func storeMayForgetSettledOrders() async throws {
        try await checkFaultyStore(.forgetsSettledOrders, GatedClock(), keepsSettledOrders: false)
    }
}

/// Checks a store with a fault.
private func checkFaultyStore(
    _ fault: FaultyStore.Fault,
    _ clock: GatedClock,
    keepsSettledOrders: Bool = true
) async throws {
    var options = StoreConformanceOptions()
    options.maximumBytes = 128 << 10
    options.keepsSettledOrders = keepsSettledOrders
    let stores = StoresByDirectory {
        FaultyStore(fault, clock: clock)
    } reopen: {
        $0.reopen()
    }
    // The seed is fixed, because not every random sequence finds what only the random sequence finds.
    try await checkStoreConformance(options: options, seed: 4711, clock: clock, stores.open)
}
