/// A number for each case of an enumeration, in an array: counting costs an addition and no hashing.
struct CaseTable<Case: CaseIterable & Hashable & Sendable, Value: Sendable>: Sendable where Case: TableIndexed {
    private var values: [Value]

    init(repeating value: Value) {
        self.values = Array(repeating: value, count: Case.allCases.count)
    }

    init(_ value: (Case) -> Value) {
        self.values = Case.allCases.map(value)
    }

    subscript(_ key: Case) -> Value {
        get { self.values[key.tableIndex] }
        _modify { yield &self.values[key.tableIndex] }
    }
}

/// An enumeration whose cases know their place in `allCases`.
protocol TableIndexed: CaseIterable {
    var tableIndex: Int { get }
}

typealias TypeTally = CaseTable<EventType, Int>

/// What was counted at the queue's entrance.
struct QueueTally: Sendable {
    /// Everything that came, dropped or not.
    var offered = TypeTally(repeating: 0)
    /// What was not kept, by reason.
    var dropped = CaseTable<DropReason, TypeTally>(repeating: TypeTally(repeating: 0))
}

extension EventType: TableIndexed {
    var tableIndex: Int {
        switch self {
        case .pageView: 0
        case .productView: 1
        case .addToCart: 2
        case .purchase: 3
        case .conversion: 4
        case .postPurchaseSurvey: 5
        }
    }
}

extension DropReason: TableIndexed {
    var tableIndex: Int {
        switch self {
        case .queueFull: 0
        case .shuttingDown: 1
        case .shutdownDeadline: 2
        case .noVisit: 3
        case .invalidHost: 4
        case .hashingUnavailable: 5
        case .invalid: 6
        case .retryLimit: 7
        case .storeFull: 8
        case .storeFailed: 9
        case .deadLetterLimit: 10
        }
    }
}

extension SkipReason: TableIndexed {
    var tableIndex: Int {
        switch self {
        case .noConsent: 0
        case .method: 1
        case .status: 2
        case .partial: 3
        case .contentType: 4
        case .download: 5
        case .subresource: 6
        case .speculative: 7
        case .excludedPath: 8
        case .noUserAgent: 9
        case .noClientAddress: 10
        case .crawler: 11
        }
    }
}
