#if SQLite
import GRDB
import Tracify

/// Decides whether events may come in, and what goes for them.
///
/// It is as if all of them came in and then page views went, the oldest first, and then product views and add-to-carts, until
/// everything fits, except that nothing is given up for what is as important but older.
struct StoreAdmission {
    private let events: [StorableEvent]
    /// The most important class among the events.
    private let highest: EventClass
    /// Which classes of these very events do not come in.
    private var excluded: Set<EventClass> = []

    init(_ events: [StorableEvent]) {
        self.events = events
        self.highest = events.lazy.map { EventClass($0.type) }.max() ?? .pageViews
    }

    func includes(_ index: Int) -> Bool {
        self.excluded.isEmpty || !self.excluded.contains(EventClass(self.events[index].type))
    }

    /// How many pages the events will take.
    private var pages: Int {
        var estimates = Array(repeating: PageEstimate(), count: EventClass.allCases.count)
        for index in self.events.indices where self.includes(index) {
            estimates[EventClass(self.events[index].type).rawValue].add(jsonBytes: self.events[index].json.count)
        }
        return estimates.reduce(0) { $0 + $1.total }
    }

    /// Makes room for the events.
    ///
    /// - Returns: What was given up, by type.
    /// - Throws: `EventStoreError.full`; everything is as before then.
    mutating func makeRoom(in transaction: inout StoreTransaction) throws -> [EventType: Int] {
        guard try transaction.pagesInUse() + self.pages > transaction.bounds.pages else { return [:] }
        let before = transaction.summary
        var evicted: [EventType: Int]?
        var admission = self
        try transaction.connection.inSavepoint {
            evicted = try admission.evict(in: &transaction)
            return evicted == nil ? .rollback : .commit
        }
        guard let evicted else {
            transaction.summary = before
            throw EventStoreError(.full, "there is nothing less important to give up for \(self.events.count) events")
        }
        self = admission
        return evicted
    }

    /// `nil` when all that may go is not enough.
    private mutating func evict(in transaction: inout StoreTransaction) throws -> [EventType: Int]? {
        var evicted: [EventType: Int] = [:]
        for candidates in EventClass.allCases where candidates <= min(self.highest, .interest) {
            var needed = self.pages
            while true {
                let missing = try transaction.pagesInUse() + needed - transaction.bounds.pages
                guard missing > 0 else { return evicted }
                let counts = try transaction.evict(candidates, bytes: missing * StoreBounds.pageSize)
                if counts.isEmpty { break }
                evicted.merge(counts, uniquingKeysWith: +)
            }
            guard candidates < self.highest else { continue }
            // Less important ones among these very events.
            self.excluded.insert(candidates)
            for event in self.events where EventClass(event.type) == candidates {
                evicted[event.type, default: 0] += 1
            }
            needed = self.pages
            guard try transaction.pagesInUse() + needed > transaction.bounds.pages else { return evicted }
        }
        return nil
    }
}

extension StoreTransaction {
    /// The pages of the main file that hold something, with what this transaction changed. The others are used again.
    func pagesInUse() throws -> Int {
        let count = try Int.fetchOne(self.connection.cachedStatement(sql: "PRAGMA page_count")) ?? 0
        let free = try Int.fetchOne(self.connection.cachedStatement(sql: "PRAGMA freelist_count")) ?? 0
        return count - free
    }

    /// Deletes the oldest events of a class, of as many bytes; one at least, if there is one.
    ///
    /// - Returns: What went, by type.
    mutating func evict(_ candidates: EventClass, bytes: Int) throws -> [EventType: Int] {
        let statement = try self.connection.cachedStatement(
            sql: "SELECT id, type, length(json) FROM \(candidates.table) ORDER BY id"
        )
        let rows = try Row.fetchCursor(statement)
        var counts: [EventType: Int] = [:]
        var remaining = bytes
        var lastID: Int64 = 0
        while remaining > 0, let row = try rows.next() {
            lastID = row[0]
            let type = try EventType(storeCode: row[1])
            let length: Int = row[2]
            counts[type, default: 0] += 1
            self.summary.waiting[type, default: 0] -= 1
            remaining -= length + 24
        }
        guard !counts.isEmpty else { return [:] }
        try self.connection.cachedStatement(sql: "DELETE FROM \(candidates.table) WHERE id <= ?").execute(arguments: [lastID])
        return counts
    }
}
#endif
