//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Testing

/// A row of a test's table, identified by its reason when it fails.
protocol Row: Sendable, CustomTestStringConvertible {
    var reason: String { get }
}

extension Row {
    var testDescription: String { self.reason }
}
