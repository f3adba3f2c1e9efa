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
final class RequestContext: @unchecked Sendable {  // Changed under the lock, or by a call that alone holds the context.
    private struct State {
        /// The head, until the response's head is known.
        var head: HTTPRequest?
        var record: RequestRecord?
        /// What only a visit has that several trackers report, or that no tracker created.
        var others: Others?
    }

    /// In one reference, because a context is created and destroyed for each request.
    private final class Others {
        /// The rules that made the record, if no tracker created the visit.
        var maker: CaptureRules?
        /// What other trackers than the one that created the visit have done.
        var deeds: [(rules: CaptureRules, deeds: Deeds)] = []
    }

    /// What a tracker does once for each request, although its middleware may be attached twice.
    struct Deeds: OptionSet {
        let rawValue: UInt8

        /// It reports the page view.
        static let pageView = Deeds(rawValue: 1 << 0)
        /// It reports the product view that follows from the path.
        static let productView = Deeds(rawValue: 1 << 1)
        /// It counts the rule that skips the request.
        static let skip = Deeds(rawValue: 1 << 2)
        /// It counts forwarding fields that are not trusted.
        static let forwarding = Deeds(rawValue: 1 << 3)
        /// It makes the record that is kept.
        static let record = Deeds(rawValue: 1 << 4)
    }

    private(set) var peer: PeerAddress
    /// The rules of the tracker that created the visit; `nil` for those of the tracker that it is reported to.
    let rules: CaptureRules?
    /// The context of the same request that another tracker has created before; what trackers do once is recorded there.
    private let first: RequestContext?
    private let lock = BriefLock()
    // Unchecked, because a check at run time takes longer than the access.
    @exclusivity(unchecked) private var state: State
    /// The next context of the pool that this one waits in.
    @exclusivity(unchecked) var next: RequestContext?
    /// What the tracker that created the visit has done, as ``Deeds``.
    private let deeds = Atomic<UInt8>(0)

    init(_ request: HTTPRequest, from peer: PeerAddress, rules: CaptureRules?, first: RequestContext? = nil) {
        self.peer = peer
        self.rules = rules
        self.first = first?.first ?? first
        self.state = State(head: request)
    }

    /// Whether later requests to the tracker with some rules may use the context again, once it is released.
    @inline(__always)
    func isReusable(by rules: CaptureRules) -> Bool { self.rules === rules && self.first == nil }

    /// Begins anew with another request.
    ///
    /// Only a call that alone holds the context may do so.
    @inline(__always)
    func begin(_ request: HTTPRequest, from peer: PeerAddress) {
        self.peer = peer
        self.state.head = request
    }

    /// Releases all that is known of the request.
    ///
    /// Only a call that alone holds the context may do so.
    @inline(__always)
    func clear() {
        self.peer = .unknown
        self.state = State()
        self.deeds.store(0, ordering: .relaxed)
    }

    @inline(__always)
    private func withLock<Result>(_ body: (inout State) -> Result) -> Result {
        self.lock.withLock { body(&self.state) }
    }

    /// The head of the request; `nil` once the response's head is known.
    var head: HTTPRequest? { self.withLock { $0.head } }

    /// Returns whether a request is this one, seen by another middleware.
    ///
    /// A middleware between the two may have changed header fields, and a middleware that tries again may call the inner one after the
    /// head was released.
    func isOf(_ request: HTTPRequest, from peer: PeerAddress) -> Bool {
        guard peer == self.peer else { return false }
        return self.withLock { state in
            if let head = state.head {
                return head.method == request.method && head.path == request.path && head.authority == request.authority
            }
            return state.record?.isOf(request) ?? false
        }
    }

    /// Returns the record of the request by a tracker's rules; `nil` when the head is gone and other rules made the record.
    func record(by rules: CaptureRules) -> RequestRecord? {
        self.withLock { state in
            guard let head = state.head else { return self.made(state, by: rules) }
            return self.record(of: head, by: rules, &state)
        }
    }

    /// Returns the record of the request, which is given once more and whose method is GET, by a tracker's rules.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - rules: The rules of the tracker.
    ///   - isKept: Whether others keep the visit. Their events must have the same record, so it is then made under the lock.
    /// - Returns: The record.
    @inline(__always)
    func record(ofGet request: HTTPRequest, by rules: CaptureRules, isKept: Bool) -> RequestRecord {
        guard isKept || self.deeds.load(ordering: .relaxed) & Deeds.record.rawValue != 0 else {
            return RequestRecord(request, isGet: true, from: self.peer, rules)
        }
        return self.withLock { self.record(of: request, isGet: true, by: rules, &$0) }
    }

    private func record(of head: HTTPRequest, isGet: Bool? = nil, by rules: CaptureRules, _ state: inout State) -> RequestRecord {
        if let record = self.made(state, by: rules) { return record }
        let record = RequestRecord(head, isGet: isGet, from: self.peer, rules)
        // Kept of the tracker that created the visit, or of the first one that it is reported to.
        if self.rules == nil, state.record == nil {
            RequestContext.others(&state).maker = rules
        } else if self.rules !== rules {
            return record
        }
        state.record = record
        self.deeds.bitwiseOr(Deeds.record.rawValue, ordering: .relaxed)
        return record
    }

    /// Returns the record if a tracker's rules made it.
    private func made(_ state: borrowing State, by rules: CaptureRules) -> RequestRecord? {
        (self.rules ?? state.others?.maker) === rules ? state.record : nil
    }

    private static func others(_ state: inout State) -> Others {
        if let others = state.others { return others }
        let others = Others()
        state.others = others
        return others
    }

    /// Records that the tracker with some rules does something.
    ///
    /// - Returns: Whether it is for the first time.
    @inline(__always)
    func isFirst(_ deed: Deeds, by rules: CaptureRules) -> Bool {
        if self.first == nil, self.rules === rules {
            return self.deeds.bitwiseOr(deed.rawValue, ordering: .relaxed).oldValue & deed.rawValue == 0
        }
        return self.isFirstOfSeveral(deed, by: rules)
    }

    private func isFirstOfSeveral(_ deed: Deeds, by rules: CaptureRules) -> Bool {
        if let first = self.first { return first.isFirst(deed, by: rules) }
        return self.withLock { state in
            let others = RequestContext.others(&state)
            guard let index = others.deeds.firstIndex(where: { $0.rules === rules }) else {
                others.deeds.append((rules, deed))
                return true
            }
            return others.deeds[index].deeds.insert(deed).inserted
        }
    }

    /// Releases the head, in which there may be cookies and authorization, but keeps a record for those who keep the visit.
    func releaseHead(by rules: CaptureRules) {
        // Released outside of the lock.
        _ = self.withLock { state -> HTTPRequest? in
            guard let head = state.head.take() else { return nil }
            _ = self.record(of: head, by: self.rules ?? rules, &state)
            return head
        }
    }
}
