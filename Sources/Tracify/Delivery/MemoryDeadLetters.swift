//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
import DequeModule

/// The dead letters of events that are in no store: in memory, bounded, lost when the process ends.
///
/// When the limit is reached, page views are evicted first, then product views and add-to-carts, the oldest first, and orders never.
struct MemoryDeadLetters: Sendable {
    private var classes: [Deque<DeadLetter>] = Array(repeating: [], count: EventPriority.allCases.count)
    private let maximumCount: Int

    init(maximumCount: Int) {
        self.maximumCount = maximumCount
    }

    var isEmpty: Bool { self.count == 0 }
    private var count: Int { self.classes.reduce(0) { $0 + $1.count } }

    enum Addition: Equatable {
        case added
        /// Added, and a dead letter of this type was evicted for it, perhaps itself.
        case evicted(EventType)
        /// Not added: orders fill the limit.
        case refused
    }

    /// Adds a dead letter.
    mutating func add(_ letter: DeadLetter) -> Addition {
        let priority = EventPriority(letter.event.type)
        guard self.count >= self.maximumCount else {
            self.classes[priority.rawValue].append(letter)
            return .added
        }
        for index in 0...min(priority, .interest).rawValue {
            guard let evicted = self.classes[index].popFirst() else { continue }
            self.classes[priority.rawValue].append(letter)
            return .evicted(evicted.event.type)
        }
        return priority == .orders ? .refused : .evicted(letter.event.type)
    }

    /// Returns the newest first.
    func newest(_ selection: DeadLetterSelection, count: Int) -> [DeadLetter] {
        let selected = self.classes.joined().filter(selection.contains)
        return Array(selected.sorted { $0.date > $1.date }.prefix(max(0, count)))
    }

    /// Removes and returns dead letters.
    mutating func take(_ selection: DeadLetterSelection) -> [DeadLetter] { self.take(where: selection.contains) }

    /// Removes and returns the dead letters that satisfy a predicate.
    mutating func take(where isTaken: (DeadLetter) -> Bool) -> [DeadLetter] {
        let taken = self.classes.flatMap { $0.filter(isTaken) }
        guard !taken.isEmpty else { return [] }
        for index in self.classes.indices { self.classes[index].removeAll(where: isTaken) }
        return taken
    }
}
