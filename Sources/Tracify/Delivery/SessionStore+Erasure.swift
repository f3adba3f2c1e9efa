//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

extension SessionStore {
    /// Throws ``TrackerError/Code/sessionErasureUnsupported``, because a store that deletes nothing must not say that it did.
    ///
    /// - Parameter session: The session's hash.
    /// - Throws: ``TrackerError/Code/sessionErasureUnsupported``.
    public func eraseSession(_ session: AnonymizedHash) async throws {
        throw TrackerError.sessionErasureUnsupported
    }
}
