//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import NIOPosix
import Synchronization
import Tracify

/// The token that the sink sends at present.
final class CurrentToken: Sendable {
    private let source: TokenSource
    private let token: Mutex<APIToken>

    /// Reads the token for the first time.
    init(_ source: TokenSource) throws(ValidationError) {
        self.source = source
        self.token = Mutex(try source.read())
    }

    var value: APIToken { self.token.withLock { $0 } }

    /// Whether the token can change while the process runs.
    var isReplaceable: Bool {
        if case .file = self.source.kind { true } else { false }
    }

    /// Reads the token again.
    ///
    /// It reads on a thread that may block, because the file may be on a slow or remote file system.
    ///
    /// - Throws: `ValidationError` when the file cannot be read or holds no token; then the earlier token stays. `CancellationError`.
    func reread() async throws -> APIToken {
        let source = self.source
        let token = try await NIOThreadPool.singleton.runIfActive { try source.read() }
        self.token.withLock { $0 = token }
        return token
    }
}
