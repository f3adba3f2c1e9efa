//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// The limits of the queue between requests and delivery.
///
/// What does not fit is dropped and counted.
public struct QueueConfiguration: Sendable, Hashable {
    /// The maximum number of events, 1 to 10,000,000.
    ///
    /// Default: 10,000.
    public var maximumEvents = 10_000
    /// The maximum memory that the events hold on to, estimated, in bytes, 64 KiB to 16 GiB.
    ///
    /// Default: 16 MiB.
    public var maximumBytes = 16 * 1024 * 1024

    /// Creates the default settings.
    public init() {}

    package static let allowedEvents = 1...10_000_000
    package static let allowedBytes = 65_536...17_179_869_184

    func validate() throws(ValidationError) {
        try ValidationError.check(self.maximumEvents, in: Self.allowedEvents, field: "queue.maximumEvents", unit: "events")
        try ValidationError.check(self.maximumBytes, in: Self.allowedBytes, field: "queue.maximumBytes", unit: "bytes")
    }
}
