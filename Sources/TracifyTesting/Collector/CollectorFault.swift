//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if TestKit
/// A fault that the page's buttons inject.
enum CollectorFault: String, CaseIterable, Sendable {
    case none, unauthorized, busy, unavailable, hang, reset, rejected
    case tooLarge = "too_large"

    var reply: CollectorReply {
        switch self {
        case .none: .asTracify
        case .unauthorized:
            .status(401, headers: CollectorReply.json, body: #"{"status":false,"error":"a fault of the live page"}"#)
        case .busy: .status(429, headers: [("Retry-After", "5")])
        case .unavailable: .status(503)
        case .hang: .hang
        case .reset: .reset
        case .rejected: .rejected("a fault of the live page")
        case .tooLarge: .status(413)
        }
    }
}
#endif
