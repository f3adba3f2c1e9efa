/// When a batch is sent, and how much waits before it.
///
/// A batch is sent when it has ``maximumEvents`` or ``maximumBytes``, or when ``interval`` has passed. Tracify publishes no limits
/// for its endpoint, so all of them are settings.
public struct BatchPolicy: Sendable, Hashable {
    /// The most events in one batch. Default: 100.
    public var maximumEvents = 100
    /// The longest body of one batch, in bytes. An event that is longer alone goes alone. Default: 256 KiB.
    public var maximumBytes = 256 * 1024
    /// The longest time an event waits for its batch to fill. Default: 1 second.
    public var interval: Duration = .seconds(1)
    /// The most batches that are being delivered at once. Default: 4.
    public var maximumInFlight = 4

    /// The defaults.
    public init() {}

    func check() throws(InvalidValue) {
        try BatchPolicy.check(self.maximumEvents, in: 1...10_000, field: "batch size", unit: "events")
        try BatchPolicy.check(self.maximumBytes, in: 1024...67_108_864, field: "batch bytes", unit: "bytes")
        try BatchPolicy.check(self.maximumInFlight, in: 1...64, field: "batches in flight", unit: "batches")
        guard self.interval >= .milliseconds(1), self.interval <= .seconds(3600) else {
            throw InvalidValue(field: "flush interval", code: .outOfRange, allowed: "0.001 to 3600 seconds")
        }
    }

    static func check(_ value: Int, in range: ClosedRange<Int>, field: String, unit: String) throws(InvalidValue) {
        guard range.contains(value) else {
            throw InvalidValue(field: field, code: .outOfRange, allowed: "\(range.lowerBound) to \(range.upperBound) \(unit)")
        }
    }
}

/// How much the queue between requests and delivery holds. What does not fit is dropped and counted.
public struct QueueLimits: Sendable, Hashable {
    /// The most events. Default: 10,000.
    public var events = 10_000
    /// The most memory that the events hold on to, in bytes, as near as it can be told. Default: 16 MiB.
    public var bytes = 16 * 1024 * 1024

    /// The defaults.
    public init() {}

    func check() throws(InvalidValue) {
        try BatchPolicy.check(self.events, in: 1...10_000_000, field: "queue capacity", unit: "events")
        try BatchPolicy.check(self.bytes, in: 65_536...17_179_869_184, field: "queue bytes", unit: "bytes")
    }
}
