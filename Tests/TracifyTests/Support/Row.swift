import Testing

/// A row of a table of cases, shown under its reason when it fails.
protocol Row: Sendable, CustomTestStringConvertible {
    var reason: String { get }
}

extension Row {
    var testDescription: String { self.reason }
}
