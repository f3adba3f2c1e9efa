//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if SQLite
/// The value of SQLite's `PRAGMA synchronous`.
enum SynchronizationMode: String, Sendable {
    case full = "FULL"
    case normal = "NORMAL"
}
#endif
