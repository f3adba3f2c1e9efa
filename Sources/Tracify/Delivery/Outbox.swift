//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// A table of the shop's database, or a queue, from which an ``OutboxRelay`` delivers.
///
/// The shop writes an entry in the transaction of its order, so that there is never one without the other. Several servers may deliver
/// from one outbox: what one has claimed, the others do not get before the lease ends.
///
/// An implementation has no cursor: rows that are committed later may have smaller numbers, and would be skipped.
public protocol Outbox: Sendable {
    /// Claims the oldest entries that no one has claimed, or whose lease has ended.
    ///
    /// - Parameters:
    ///   - limit: The maximum number of entries.
    ///   - lease: The time for which no other caller gets them.
    /// - Returns: The entries.
    /// - Throws: Any error; its type is logged, and the call is repeated after a pause.
    func claim(limit: Int, lease: Duration) async throws -> [OutboxEntry]

    /// Deletes entries, because the destination has accepted them.
    ///
    /// Unknown IDs are ignored.
    ///
    /// - Parameter ids: The IDs of the entries.
    /// - Throws: Any error; its type is logged, and the call is repeated after a pause.
    func delete(ids: [EventID]) async throws

    /// Removes an entry that the destination rejects or that cannot be read from those that are claimed, if there is a place for such.
    ///
    /// By default this does nothing: the entry stays, and is sent again after ``OutboxConfiguration/retryOfRejected``.
    ///
    /// - Parameters:
    ///   - id: The ID of the entry.
    ///   - reason: The reason, in one line.
    /// - Throws: Any error; its type is logged, and the call is repeated after a pause.
    func reject(id: EventID, reason: String) async throws

    /// Ends the lease of entries, so that other callers get them at once.
    ///
    /// Unknown IDs are ignored.
    ///
    /// - Parameter ids: The IDs of the entries.
    /// - Throws: Any error. The lease then ends by itself.
    func release(ids: [EventID]) async throws
}

extension Outbox {
    /// Does nothing.
    ///
    /// - Parameters:
    ///   - id: The ID of the entry.
    ///   - reason: The reason.
    public func reject(id: EventID, reason: String) {}
}
