//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// Returns the smaller of two values, of which either may be missing.
///
/// Not `[…].compactMap(\.self).min()`: in generic code, where the exporter asks for the next step, a key path is built anew on each
/// call, which took half of a simulation's time.
func smaller<Value: Comparable>(_ value: Value?, _ other: Value?) -> Value? {
    guard let value, let other else { return value ?? other }
    return min(value, other)
}
