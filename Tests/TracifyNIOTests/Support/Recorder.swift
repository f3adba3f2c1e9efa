import Foundation
import HTTPTypes
import Synchronization
import Tracify

/// Writes down what it is told, and which visit belonged to which request.
final class Recorder: RequestObserver {
    struct Answered: Sendable, Equatable {
        let path: String?
        let status: Int
        let peer: PeerAddress?
        /// Whether the visit was the one made for this request.
        let isOwnVisit: Bool
    }

    private struct Arrived {
        let path: String?
        let peer: PeerAddress
    }

    private struct State {
        var arrived: [Arrived] = []
        var answered: [Answered] = []
    }

    private let state = Mutex(State())

    var answered: [Answered] { self.state.withLock { $0.answered } }

    /// The answered requests as "path status".
    var answers: [String] { self.answered.map { "\($0.path ?? "-") \($0.status)" } }

    /// Whether each was reported with the visit that was made for it.
    var areVisitsOwn: Bool { self.answered.allSatisfy(\.isOwnVisit) }

    /// The paths of the requests that came.
    var arrived: [String] { self.state.withLock { $0.arrived.map { $0.path ?? "-" } } }

    func visit(for request: HTTPRequest, from peer: PeerAddress) -> Visit {
        // Visits are told apart by their time.
        let index = self.state.withLock { state in
            state.arrived.append(Arrived(path: request.path, peer: peer))
            return state.arrived.count - 1
        }
        return Visit(request, from: peer, at: Date(timeIntervalSince1970: Double(index)))
    }

    func requestCompleted(_ request: HTTPRequest, response: HTTPResponse, visit: Visit) {
        self.state.withLock { state in
            let arrived = state.arrived[Int(visit.date.timeIntervalSince1970)]
            state.answered.append(
                Answered(
                    path: request.path,
                    status: response.status.code,
                    peer: arrived.peer,
                    isOwnVisit: arrived.path == request.path
                )
            )
        }
    }
}
