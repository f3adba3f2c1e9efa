//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// The reason why an event was dropped.
///
/// Each dropped event is counted under its type and its reason.
public struct DropReason: Sendable, Hashable, CaseIterable, CustomStringConvertible {
    enum Code: Int, CaseIterable {
        case queueFull, shuttingDown, shutdownDeadline, noVisit, foreignVisit, invalidHost, invalid, storeFull, storeFailed
        case storeDamaged, deadLetterLimit, discarded, unconfirmed, expired, filtered, erased
    }

    let code: Code

    /// The queue was full and held, or received, events of higher priority.
    public static let queueFull = DropReason(code: .queueFull)
    /// The tracker was shutting down.
    public static let shuttingDown = DropReason(code: .shuttingDown)
    /// The shutdown deadline passed before delivery, and there is no store.
    public static let shutdownDeadline = DropReason(code: .shutdownDeadline)
    /// The call was made outside of a request and without a visit.
    public static let noVisit = DropReason(code: .noVisit)
    /// Another tracker had created the visit, and the request was completed, so that this tracker's own rules could not be applied.
    public static let foreignVisit = DropReason(code: .foreignVisit)
    /// The visit's request named no host that a URL can hold, so there is no page that the event belongs to.
    public static let invalidHost = DropReason(code: .invalidHost)
    /// The event violates the contract: too many items in a cart, or a time outside the years 1 to 9999.
    public static let invalid = DropReason(code: .invalid)
    /// The store was full and held, or received, events of higher priority.
    public static let storeFull = DropReason(code: .storeFull)
    /// The store could not write the event.
    public static let storeFailed = DropReason(code: .storeFailed)
    /// The event was damaged on the disk.
    public static let storeDamaged = DropReason(code: .storeDamaged)
    /// The dead letter was evicted because the limit of dead letters was reached.
    public static let deadLetterLimit = DropReason(code: .deadLetterLimit)

    /// The dead letter was discarded by a call, or because it was older than ``RetentionConfiguration`` allows.
    public static let discarded = DropReason(code: .discarded)
    /// The destination did not say whether it accepted the event, also not when it was repeated.
    public static let unconfirmed = DropReason(code: .unconfirmed)
    /// The event was older than ``RetentionConfiguration`` allows.
    public static let expired = DropReason(code: .expired)

    /// ``CaptureConfiguration/beforeSend`` dropped the event or threw an error.
    public static let filtered = DropReason(code: .filtered)
    /// ``Tracker/eraseVisitor(_:)`` erased the event or the dead letter.
    public static let erased = DropReason(code: .erased)

    /// All reasons.
    public static var allCases: [DropReason] { Code.allCases.map(DropReason.init) }

    /// The reason's name, short and bounded, fit for a metric's label.
    public var description: String {
        switch self.code {
        case .queueFull: "queue_full"
        case .shuttingDown: "shutting_down"
        case .shutdownDeadline: "shutdown_deadline"
        case .noVisit: "no_visit"
        case .foreignVisit: "foreign_visit"
        case .invalidHost: "invalid_host"
        case .invalid: "invalid"
        case .storeFull: "store_full"
        case .storeFailed: "store_failed"
        case .storeDamaged: "store_damaged"
        case .deadLetterLimit: "dead_letter_limit"
        case .discarded: "discarded"
        case .unconfirmed: "unconfirmed"
        case .expired: "expired"
        case .filtered: "filtered"
        case .erased: "erased"
        }
    }
}

extension DropReason: TableIndexed {
    var tableIndex: Int { self.code.rawValue }
}
