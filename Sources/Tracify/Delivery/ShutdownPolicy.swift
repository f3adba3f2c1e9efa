/// How long a tracker goes on delivering once it is told to stop.
public struct ShutdownPolicy: Sendable, Hashable {
    /// How long after a graceful shutdown was asked for. Default: 10 seconds.
    public var gracefulDeadline: Duration = .seconds(10)
    /// How long after the tracker's task was cancelled. Default: 2 seconds.
    public var cancellationDeadline: Duration = .seconds(2)
    /// How long after the deadline a sink that does not let itself be cancelled is waited for. Default: 1 second.
    public var abandonDelay: Duration = .seconds(1)

    /// The defaults.
    public init() {}

    func deadline(_ closing: DeliveryQueue.Closing) -> Duration {
        switch closing {
        case .gracefully: self.gracefulDeadline
        case .byCancellation: self.cancellationDeadline
        }
    }

    func check() throws(InvalidValue) {
        let durations = [
            (self.gracefulDeadline, "graceful deadline"), (self.cancellationDeadline, "cancellation deadline"),
            (self.abandonDelay, "abandon delay"),
        ]
        for (duration, field) in durations {
            guard duration >= .zero, duration <= .seconds(86_400) else {
                throw InvalidValue(field: field, code: .outOfRange, allowed: "0 to 86400 seconds")
            }
        }
    }
}
