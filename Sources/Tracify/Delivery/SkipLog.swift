//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import DequeModule
#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
import HTTPTypes
import Synchronization

/// The latest skipped requests and calls, for development.
final class SkipLog: Sendable {
    private static let maximumPathLength = 256

    private let capacity: Int
    private let redaction: Redaction
    private let now: @Sendable () -> Date
    private let state = Mutex((entries: Deque<SkippedRequest>(), count: 0))

    /// - Returns: `nil` when no entry is to be kept.
    init?(capacity: Int, redaction: Redaction, now: @escaping @Sendable () -> Date) {
        guard capacity > 0 else { return nil }
        self.capacity = capacity
        self.redaction = redaction
        self.now = now
    }

    /// The kept entries, the oldest first.
    var entries: [SkippedRequest] { self.state.withLock { Array($0.entries) } }

    /// Adds a request.
    func add(_ request: HTTPRequest, _ status: Int, _ reason: SkipReason) {
        self.add(
            reason,
            method: String(request.method.rawValue.prefix(16)),
            path: request.path?.withBytes { self.path(URLParts.splitTarget($0).path) },
            status: status
        )
    }

    /// Adds an observation of which the exporter finds that it is skipped, or a call.
    func add(_ type: EventType, _ reason: SkipReason, of visit: Visit?) {
        let path = visit.flatMap { visit -> String? in
            guard case .record(let record) = visit.source, visit.page == nil else { return nil }
            return record.withParts { self.path($0.location.path) }
        }
        self.add(reason, type: type, path: path)
    }

    private func add(
        _ reason: SkipReason,
        type: EventType? = nil,
        method: String? = nil,
        path: String? = nil,
        status: Int? = nil
    ) {
        let date = self.now()
        self.state.withLock { state in
            state.count += 1
            if state.entries.count >= self.capacity { state.entries.removeFirst() }
            let entry = SkippedRequest(
                number: state.count,
                date: date,
                reason: reason,
                type: type,
                method: method,
                path: reason == .noConsent ? nil : path,
                status: status
            )
            state.entries.append(entry)
        }
    }

    private func path(_ path: Bytes) -> String {
        var redactor = Redactor(self.redaction)
        // Cut before the search would hide an address at the limit from it.
        return redactor.withPath(path) { String(decoding: $0.prefix(Self.maximumPathLength), as: UTF8.self) }
    }
}
