//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Tool
/// Keeps deliveries to a rate.
struct Pacer {
    /// The maximum number of events a second; `nil` for no limit.
    let rate: Double?
    private var next: ContinuousClock.Instant?

    init(rate: Double?) {
        self.rate = rate
    }

    /// Returns the size of a batch: what may be sent in a second, at most a maximum.
    func batchSize(_ maximum: Int) -> Int {
        self.rate.map { max(1, min(maximum, Int($0))) } ?? maximum
    }

    /// Waits until the next events may be sent.
    mutating func wait(for count: Int) async throws {
        guard let rate = self.rate else { return }
        let now = ContinuousClock.now
        if let next, next > now { try await Task.sleep(until: next, clock: .continuous) }  // `--rate`
        self.next = max(self.next ?? now, now) + .seconds(Double(count) / rate)
    }
}
#endif
