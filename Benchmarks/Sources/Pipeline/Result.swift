//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// Named figures, as JSON.
struct Result {
    private var figures: [(name: String, value: Double)] = []

    mutating func add(_ name: String, _ value: Double) { self.figures.append((name, value)) }

    mutating func add(_ name: String, _ value: Int) { self.add(name, Double(value)) }

    var json: String {
        let members = self.figures.map { name, value in "\"\(name)\": \((value * 1000).rounded() / 1000)" }
        return "{\(members.joined(separator: ", "))}"
    }
}
