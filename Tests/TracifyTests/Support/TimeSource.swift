import Foundation
import Synchronization

/// Tells the times it was given, one after the other, and then the last one for ever.
final class TimeSource: Sendable {
    private let times: Mutex<[Date]>

    init(_ times: [Date]) {
        self.times = Mutex(times)
    }

    func next() -> Date {
        self.times.withLock { $0.count > 1 ? $0.removeFirst() : $0.first ?? .distantPast }
    }
}
