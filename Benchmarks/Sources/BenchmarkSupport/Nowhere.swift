//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

package import Tracify

/// Takes everything and keeps nothing.
package struct Nowhere: EventSink {
    package init() {}

    package func deliver(_ batch: EventBatch) async throws {}
}
