//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

extension Tracker {
    /// Erases what the tracker holds of a visitor who asks for it, such as under Article 17 of the General Data Protection Regulation.
    ///
    /// It erases the visitor's page views, product views and add-to-carts: those that wait in the queue, in memory or in the store, and their
    /// dead letters. It also erases what is kept for the visitor's session: the campaign parameters of its landing. Each event and dead letter
    /// is counted as ``DropReason/erased``, those of the queue as soon as they are taken from it.
    ///
    /// These stay:
    ///
    /// - Orders, conversions and survey answers, and their dead letters. They belong to a contract, and Tracify needs them for accounting.
    /// - A batch that is being sent. It cannot be called back. If its delivery fails, the visitor's events are not sent again.
    /// - What was sent, and what a sink holds itself, such as the file of a ``FileSink``. Ask its operator.
    /// - A request that has not completed yet. What the visitor does after the call is tracked again; see
    ///   ``CaptureConfiguration/consent``.
    ///
    /// - Parameter hash: A hash of the visitor's ``IdentityData``. ``AnonymizedHash/init(hashing:)`` makes it. Pass the hash of the session
    ///   (the address and the user agent, joined by `|`), and in a second call that of the email address if your handlers report one. The
    ///   hash of an address or of a user agent alone is that of all visitors who share it. Only the session's hash erases what is kept for
    ///   the session.
    /// - Throws: ``EventStoreError`` when the store failed, with ``EventStoreError/Code/unsupported`` when it cannot erase;
    ///   ``TrackerError/Code/tooManyErasures``, ``TrackerError/Code/sessionErasureUnsupported``, ``TrackerError/Code/sessionStoreTimeout``,
    ///   or the error of a custom ``SessionStore``. With `tooManyErasures`, nothing was erased; with another error, the other parts were.
    ///   Make the call again.
    public func eraseVisitor(_ hash: AnonymizedHash) async throws {
        try await self.exporter.eraseVisitor(hash)
    }
}
