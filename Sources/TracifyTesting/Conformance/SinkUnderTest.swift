//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

public import Tracify

/// A sink whose conformance is checked, and what the check can observe and do at its destination.
public struct SinkUnderTest: Sendable {
    /// The sink.
    public let sink: any EventSink
    let received: (@Sendable () async throws -> [Event])?
    let failNext: (@Sendable () async throws -> Void)?
    let hang: (@Sendable () async throws -> Void)?

    /// Creates a sink under test.
    ///
    /// A requirement that needs a closure is checked only when the closure is given.
    ///
    /// - Parameters:
    ///   - sink: The sink.
    ///   - received: A closure that returns the events that arrived at the destination, in their order there. Decode a destination's
    ///     bytes with `EventDecoder`.
    ///   - failNext: A closure that makes the next delivery fail at the destination.
    ///   - hang: A closure that makes all further deliveries wait until they are cancelled.
    public init(
        _ sink: any EventSink,
        received: (@Sendable () async throws -> [Event])? = nil,
        failNext: (@Sendable () async throws -> Void)? = nil,
        hang: (@Sendable () async throws -> Void)? = nil
    ) {
        self.sink = sink
        self.received = received
        self.failNext = failNext
        self.hang = hang
    }
}
