//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// The settings of sessions.
public struct SessionConfiguration: Sendable, Hashable {
    /// The time after its last event, or after its landing, at which a session ends, 1 second to 1 day.
    ///
    /// Default: 30 minutes.
    public var timeout: Duration = .seconds(1800)
    /// The maximum number of sessions in memory, 0 to 10,000,000.
    ///
    /// Each session takes about 100 bytes and the parameters of its landing. With 0, landings are not kept. Default: 50,000.
    public var maximumSessions = 50_000
    /// The maximum size of the parameters of all landings in memory, in bytes, 1 KiB to 1 GiB.
    ///
    /// Default: 8 MiB.
    public var maximumLandingBytes = 8 << 20
    /// The time for which a batch waits for a custom ``SessionStore``, 1 millisecond to 1 minute.
    ///
    /// Default: 1 second.
    public var lookupTimeout: Duration = .seconds(1)

    /// Creates the default settings.
    public init() {}

    package static let allowedTimeout: ClosedRange<Duration> = .seconds(1) ... .seconds(86_400)
    package static let allowedSessions = 0...10_000_000
    package static let allowedLandingBytes = 1024...1 << 30
    package static let allowedLookupTimeout: ClosedRange<Duration> = .milliseconds(1) ... .seconds(60)

    func validate() throws(ValidationError) {
        try ValidationError.check(self.timeout, in: Self.allowedTimeout, field: "sessions.timeout")
        try ValidationError.check(
            self.maximumSessions,
            in: Self.allowedSessions,
            field: "sessions.maximumSessions",
            unit: "sessions"
        )
        try ValidationError.check(
            self.maximumLandingBytes,
            in: Self.allowedLandingBytes,
            field: "sessions.maximumLandingBytes",
            unit: "bytes"
        )
        try ValidationError.check(self.lookupTimeout, in: Self.allowedLookupTimeout, field: "sessions.lookupTimeout")
    }
}
