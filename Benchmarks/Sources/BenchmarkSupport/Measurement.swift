//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import CAllocationCount

/// The reason why a benchmark fails.
///
/// Thrown, not printed: what is printed may be lost when the program ends.
package struct Failure: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}

/// What one operation costs: time in nanoseconds, and how often it allocates.
package struct Measurement {
    package let name: String
    package let minimum: Double
    package let median: Double
    package let maximum: Double
    package let allocations: Double

    /// Measures `body`, which performs `operations` operations, in `rounds` rounds after two that are not counted.
    ///
    /// `prepare` makes the input of each round and is not measured.
    package static func run<Input>(
        _ name: String,
        rounds: Int = 25,
        operations: Int,
        prepare: () throws -> Input,
        _ body: (Input) throws -> Void
    ) rethrows -> Measurement {
        let clock = ContinuousClock()
        var times: [Double] = []
        var allocations: [Double] = []
        for round in -2..<rounds {
            let input = try prepare()
            let before = allocation_count()
            let time = try clock.measure { try body(input) }
            let after = allocation_count()
            guard round >= 0 else { continue }
            times.append(time / .nanoseconds(1) / Double(operations))
            allocations.append(Double(after - before) / Double(operations))
        }
        times.sort()
        allocations.sort()
        return Measurement(
            name: name,
            minimum: times[0],
            median: times[times.count / 2],
            maximum: times[times.count - 1],
            allocations: allocations[allocations.count / 2]
        )
    }

    package var line: String {
        func pad(_ value: Double, _ decimals: Int = 0) -> String {
            let scale = decimals == 0 ? 1.0 : 100.0
            let text = "\((value * scale).rounded() / scale)"
            let short = decimals == 0 ? String(text.prefix { $0 != "." }) : text
            return String(repeating: " ", count: max(0, 10 - short.count)) + short
        }
        let label = self.name + String(repeating: " ", count: max(0, 44 - self.name.count))
        return label + pad(self.minimum) + pad(self.median) + pad(self.maximum) + pad(self.allocations, 2)
    }

    package static let header =
        "ns per operation" + String(repeating: " ", count: 28) + "   minimum    median   maximum  allocs/op"
}
