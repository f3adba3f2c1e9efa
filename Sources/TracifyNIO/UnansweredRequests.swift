import HTTPTypes
import NIOCore
import Tracify

/// The requests of a connection that have no answer yet, in the order they came, which is the order of their answers.
///
/// It holds a few and counts the rest: a client that pipelines more than the server answers costs no memory here, and each answer
/// still finds its own request.
struct UnansweredRequests {
    struct Entry {
        let request: HTTPRequest
        let visit: Visit
    }

    /// How many are held. With `HTTPServerPipelineHandler` in front there is never more than one.
    static let capacity = 16

    // Room for one: the buffer grows when it is full.
    private var held = CircularBuffer<Entry>(initialCapacity: 2)
    /// How many came after those that are held and are not.
    private var countBeyond = 0

    mutating func append(_ entry: Entry) {
        // While one that is not held waits, later ones are behind it.
        if self.countBeyond == 0, self.held.count < Self.capacity {
            self.held.append(entry)
        } else {
            self.countBeyond += 1
        }
    }

    /// Takes out the one that the next answer is for; `nil` when there is none or it was not held.
    mutating func removeFirst() -> Entry? {
        if let entry = self.held.popFirst() { return entry }
        if self.countBeyond > 0 { self.countBeyond -= 1 }
        return nil
    }

    mutating func removeAll() {
        self.held.removeAll()
        self.countBeyond = 0
    }
}
