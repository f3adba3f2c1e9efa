//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// The settings of batches.
///
/// A batch is sent when it has ``maximumEvents`` or ``maximumBytes``, or when ``interval`` has passed. Tracify publishes no limits
/// for its endpoint, so all of them can be configured.
public struct BatchConfiguration: Sendable, Hashable {
    /// The maximum number of events in a batch, 1 to 10,000.
    ///
    /// Default: 100.
    public var maximumEvents = 100
    /// The maximum length of a batch's body, in bytes, 1 KiB to 64 MiB.
    ///
    /// A longer event is sent alone. Default: 256 KiB.
    public var maximumBytes = 256 * 1024
    /// The maximum time for which an event waits for its batch to fill, 1 millisecond to 1 hour.
    ///
    /// Default: 1 second.
    public var interval: Duration = .seconds(1)
    /// The maximum number of batches of page views, product views and add-to-carts in flight, 1 to 64.
    ///
    /// Orders have one place besides, so that no page view delays them. Batches that failed before have half as many places, at least
    /// one for each kind, so that one which hangs delays no other. Default: 4.
    public var maximumConcurrentDeliveries = 4

    /// Creates the default settings.
    public init() {}

    package static let allowedEvents = 1...10_000
    package static let allowedInterval: ClosedRange<Duration> = .milliseconds(1) ... .seconds(3600)

    func validate() throws(ValidationError) {
        try ValidationError.check(self.maximumEvents, in: Self.allowedEvents, field: "batches.maximumEvents", unit: "events")
        try ValidationError.check(self.maximumBytes, in: 1024...67_108_864, field: "batches.maximumBytes", unit: "bytes")
        try ValidationError.check(self.interval, in: Self.allowedInterval, field: "batches.interval")
        try ValidationError.check(
            self.maximumConcurrentDeliveries,
            in: 1...64,
            field: "batches.maximumConcurrentDeliveries",
            unit: "batches"
        )
    }
}
