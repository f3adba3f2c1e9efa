//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// The deadlines of a shutdown.
public struct ShutdownConfiguration: Sendable, Hashable {
    /// The time for which delivery continues after a graceful shutdown was requested, 0 to 1 day.
    ///
    /// Default: 10 seconds.
    public var gracefulDeadline: Duration = .seconds(10)
    /// The time for which delivery continues after the tracker's task was cancelled, 0 to 1 day.
    ///
    /// Default: 2 seconds.
    public var cancellationDeadline: Duration = .seconds(2)
    /// The time for which a sink that ignores cancellation is awaited after the deadline, 0 to 1 day.
    ///
    /// A sink's ``EventSink/shutdown()`` has what delivery has left of the deadline, and at least this; a store's end has this.
    /// Default: 1 second.
    public var abandonDelay: Duration = .seconds(1)

    /// Creates the default settings.
    public init() {}

    func deadline(_ closing: DeliveryQueue.Closing) -> Duration {
        switch closing {
        case .gracefully: self.gracefulDeadline
        case .byCancellation: self.cancellationDeadline
        }
    }

    package static let allowedDeadline: ClosedRange<Duration> = .zero ... .seconds(86_400)

    func validate() throws(ValidationError) {
        try ValidationError.check(self.gracefulDeadline, in: Self.allowedDeadline, field: "shutdown.gracefulDeadline")
        try ValidationError.check(self.cancellationDeadline, in: Self.allowedDeadline, field: "shutdown.cancellationDeadline")
        try ValidationError.check(self.abandonDelay, in: Self.allowedDeadline, field: "shutdown.abandonDelay")
    }
}
