import Testing

/// A row of a test's table, identified by its reason when it fails.
protocol Row: Sendable, CustomTestStringConvertible {
    var reason: String { get }
}

extension Row {
    var testDescription: String { self.reason }
}
