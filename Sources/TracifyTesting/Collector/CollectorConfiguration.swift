//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if TestKit
public import Tracify

/// The settings of a collector.
///
/// Create the defaults and change what differs.
public struct CollectorConfiguration: Sendable {
    /// The address to listen on.
    ///
    /// Default: `127.0.0.1`.
    public var host = "127.0.0.1"
    /// The port to listen on; 0 for any free port.
    ///
    /// Default: 0.
    public var port = 0
    /// The host names by which the page may be opened, besides `localhost` and addresses.
    ///
    /// Requests for the page and its data with another `Host` are refused, so that no foreign page can read them. Default: none.
    public var pageHosts: Set<String> = []
    /// The only token that is accepted; any when `nil`.
    ///
    /// Default: `nil`.
    public var token: String?
    /// The names of URL parameters that are accepted besides `utm_…` and `trc_…`.
    ///
    /// Default: none.
    public var urlParameters: Set<String> = []
    /// The maximum length of a body, in bytes.
    ///
    /// A longer one gets a 413. Default: 4 MiB.
    public var maximumBodyBytes = 4 * 1024 * 1024
    /// The maximum number of events in a body.
    ///
    /// More get a 413. Default: 10,000.
    public var maximumBatchSize = 10_000
    /// The number of events and bodies that are kept; the oldest are evicted first.
    ///
    /// Default: 10,000.
    public var capacity = 10_000
    /// A closure that returns why an event that keeps to the contract is rejected; `nil` accepts it.
    ///
    /// One such event rejects the whole body, because the endpoint has one response for all of it. Default: accepts all.
    public var judge: @Sendable (Event) -> String? = { _ in nil }

    /// Creates the default settings.
    public init() {}
}
#endif
