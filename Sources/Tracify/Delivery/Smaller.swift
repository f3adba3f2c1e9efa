//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// Returns the smaller of two values, of which either may be missing.
///
/// Not `[…].compactMap(\.self).min()`, which allocates: the exporter asks for the next time after each event.
func smaller<Value: Comparable>(_ value: Value?, _ other: Value?) -> Value? {
    guard let value, let other else { return value ?? other }
    return min(value, other)
}
