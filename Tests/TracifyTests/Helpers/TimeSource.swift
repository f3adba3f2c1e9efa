//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Foundation
import Synchronization

/// Returns the given times in order, and then repeats the last one.
final class TimeSource: Sendable {
    private let times: Mutex<[Date]>

    init(_ times: [Date]) {
        self.times = Mutex(times)
    }

    func next() -> Date {
        self.times.withLock { $0.count > 1 ? $0.removeFirst() : $0.first ?? .distantPast }
    }
}
