//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

public import Tracify

/// A sink whose conformance is checked, and what the check can observe and do at its destination.
public struct SinkUnderTest: Sendable {
    let sink: any EventSink
    let received: (@Sendable () async throws -> [[UInt8]])?
    let failNext: (@Sendable () async throws -> Void)?
    let hang: (@Sendable () async throws -> Void)?

    /// Creates a sink under test.
    ///
    /// A requirement that needs a closure is checked only when the closure is given.
    ///
    /// - Parameters:
    ///   - sink: The sink.
    ///   - received: A closure that returns what arrived at the destination, in the order there: JSON in UTF-8, each element one
    ///     event (`EncodedEvent.json`) or a batch (`EventBatch.body`).
    ///   - failNext: A closure that makes the next delivery fail at the destination.
    ///   - hang: A closure that makes all further deliveries wait until they are cancelled.
    public init(
        _ sink: any EventSink,
        received: (@Sendable () async throws -> [[UInt8]])? = nil,
        failNext: (@Sendable () async throws -> Void)? = nil,
        hang: (@Sendable () async throws -> Void)? = nil
    ) {
        self.sink = sink
        self.received = received
        self.failNext = failNext
        self.hang = hang
    }
}
