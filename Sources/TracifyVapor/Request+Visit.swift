//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Vapor
public import Tracify
public import Vapor

extension Request {
    /// The visit of the request, which ``TracifyMiddleware`` sets; `nil` without it.
    ///
    /// It is the value of `Visit.current`, and available also where a task-local value is not: in the callbacks of an
    /// `EventLoopFuture`.
    public internal(set) var visit: Visit? {
        get { self.storage[VisitKey.self] }
        set { self.storage[VisitKey.self] = newValue }
    }

    private struct VisitKey: StorageKey {
        typealias Value = Visit
    }
}
#endif
