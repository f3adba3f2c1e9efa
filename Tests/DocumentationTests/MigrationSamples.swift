//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Tracify

private func compare(address: String, userAgent: String) {
    // sample begin
    print(AnonymizedHash(hashing: "\(address)|\(userAgent)"))
    // sample end
}
