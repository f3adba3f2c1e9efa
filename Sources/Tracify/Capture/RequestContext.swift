//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import HTTPTypes
import Synchronization

/// A request that a server handles: its head while the response is not known, and then at most its record.
///
/// Creating it reads nothing. A request that turns out to be no page view, and whose handler reports nothing, is never scanned.
final class RequestContext: Sendable {
    private struct State {
        /// The head, until the response's head is known.
        var head: HTTPRequest?
        var record: RequestRecord?
        var hasPageView = false
        var isCompleted = false
    }

    let peer: PeerAddress
    /// The rules of the tracker that created the visit; `nil` for those of the tracker that it is reported to.
    let rules: CaptureRules?
    private let state: Mutex<State>

    init(_ request: HTTPRequest, from peer: PeerAddress, rules: CaptureRules?) {
        self.peer = peer
        self.rules = rules
        self.state = Mutex(State(head: request))
    }

    /// The head of the request; `nil` once the response's head is known.
    var head: HTTPRequest? { self.state.withLock { $0.head } }

    /// Returns whether a request is this one, seen by another middleware.
    func isOf(_ request: HTTPRequest, from peer: PeerAddress) -> Bool {
        guard peer == self.peer, let head = self.head else { return false }
        return head.method == request.method && head.path == request.path && head.authority == request.authority
            && head.headerFields.count == request.headerFields.count
    }

    /// Returns the record of the request by a tracker's rules; `nil` when the head is gone and other rules made the record.
    func record(by rules: CaptureRules) -> RequestRecord? {
        self.state.withLock { self.record(by: rules, &$0) }
    }

    private func record(by rules: CaptureRules, _ state: inout State) -> RequestRecord? {
        let isOwn = self.rules === rules
        if isOwn, let record = state.record { return record }
        guard let head = state.head else { return nil }
        let record = RequestRecord(head, from: self.peer, rules)
        if isOwn { state.record = record }
        return record
    }

    /// Records that the request has a page view.
    ///
    /// - Returns: Whether it is for the first time: it is not where a middleware is attached twice.
    func takePageView() -> Bool {
        self.state.withLock { state in
            defer { state.hasPageView = true }
            return !state.hasPageView
        }
    }

    /// Records that the request is completed.
    ///
    /// - Returns: Whether it is for the first time.
    func complete() -> Bool {
        self.state.withLock { state in
            defer { state.isCompleted = true }
            return !state.isCompleted
        }
    }

    /// Releases the head, in which there may be cookies and authorization, but keeps a record for those who keep the visit.
    func releaseHead() {
        guard let rules = self.rules else { return }
        // Released outside of the lock.
        _ = self.state.withLock { state -> HTTPRequest? in
            _ = self.record(by: rules, &state)
            return state.head.take()
        }
    }
}
