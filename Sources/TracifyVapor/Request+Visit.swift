//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Vapor
import HTTPTypes
public import Tracify
public import Vapor

extension Request {
    /// The visit of the request, which ``TracifyMiddleware`` sets; `nil` without it.
    ///
    /// It is the value of `Visit.current`, and available also where a task-local value is not: in the callbacks of an
    /// `EventLoopFuture`.
    public var visit: Visit? { self.tracked?.visit }

    /// The request as the last ``TracifyMiddleware`` has reported it.
    var tracked: TrackedRequest? {
        get { self.storage[TrackedRequest.Key.self] }
        set { self.storage[TrackedRequest.Key.self] = newValue }
    }
}

/// A request's head as the first middleware has seen it, and its visit.
struct TrackedRequest {
    fileprivate struct Key: StorageKey {
        typealias Value = TrackedRequest
    }

    let head: HTTPRequest
    let visit: Visit
}
#endif
