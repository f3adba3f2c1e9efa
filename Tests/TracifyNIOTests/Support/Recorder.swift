//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Foundation
import HTTPTypes
import Synchronization
import Tracify

/// An observer that records its calls, and the visit of each request.
final class Recorder: RequestObserver {
    struct Completed: Sendable, Equatable {
        let path: String?
        let status: Int
        let peer: PeerAddress?
        /// Whether the visit was created for this request.
        let isOwnVisit: Bool
    }

    private struct Received {
        let path: String?
        let peer: PeerAddress
    }

    private struct State {
        var received: [Received] = []
        var completed: [Completed] = []
    }

    private let state = Mutex(State())

    var completed: [Completed] { self.state.withLock { $0.completed } }

    /// The completed requests as "path status".
    var responses: [String] { self.completed.map { "\($0.path ?? "-") \($0.status)" } }

    /// Whether each request completed with the visit that was created for it.
    var areVisitsOwn: Bool { self.completed.allSatisfy(\.isOwnVisit) }

    /// The paths of the received requests.
    var received: [String] { self.state.withLock { $0.received.map { $0.path ?? "-" } } }

    func visit(for request: HTTPRequest, from peer: PeerAddress) -> Visit {
        // The time identifies the visit.
        let index = self.state.withLock { state in
            state.received.append(Received(path: request.path, peer: peer))
            return state.received.count - 1
        }
        return Visit(request, from: peer, at: Date(timeIntervalSince1970: Double(index)))
    }

    func requestCompleted(_ request: HTTPRequest, response: HTTPResponse, visit: Visit) {
        self.state.withLock { state in
            let received = state.received[Int(visit.date.timeIntervalSince1970)]
            state.completed.append(
                Completed(
                    path: request.path,
                    status: response.status.code,
                    peer: received.peer,
                    isOwnVisit: received.path == request.path
                )
            )
        }
    }
}
