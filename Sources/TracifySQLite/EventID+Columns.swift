//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if SQLite
import Tracify

extension EventID {
    /// The value of the column `id_high`.
    ///
    /// SQLite's integers are signed, so the bits are kept, not the number.
    var storedHigh: Int64 { Int64(bitPattern: self.high) }
    /// The value of the column `id_low`.
    var storedLow: Int64 { Int64(bitPattern: self.low) }

    /// Creates an ID from its two columns.
    init(storedHigh: Int64, storedLow: Int64) {
        self.init(high: UInt64(bitPattern: storedHigh), low: UInt64(bitPattern: storedLow))
    }
}
#endif
