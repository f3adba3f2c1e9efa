#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
import DequeModule

/// The dead letters of a tracker without a store: kept in memory, bounded, gone with the process.
struct MemoryDeadLetters: Sendable {
    private var letters: Deque<DeadLetter> = []
    private let capacity: Int

    init(capacity: Int) {
        self.capacity = max(1, capacity)
    }

    /// Keeps one more.
    ///
    /// - Returns: The one that was given up for it, if any.
    mutating func add(_ event: EncodedEvent, reason: String, date: Date) -> DeadLetter? {
        self.letters.append(DeadLetter(event: event, reason: reason, date: date))
        return self.letters.count > self.capacity ? self.letters.popFirst() : nil
    }

    /// The newest first.
    func newest(_ count: Int) -> [DeadLetter] {
        Array(self.letters.reversed().prefix(max(0, count)))
    }

    mutating func takeAll() -> [EncodedEvent] {
        defer { self.letters.removeAll() }
        return self.letters.map(\.event)
    }
}
