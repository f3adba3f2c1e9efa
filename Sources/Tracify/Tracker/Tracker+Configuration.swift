//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

extension Tracker {
    /// The settings of a tracker.
    ///
    /// Create the defaults and change what differs.
    public struct Configuration: Sendable {
        /// Whether the tracker captures and delivers events.
        ///
        /// Default: `true`.
        public var isEnabled = true
        /// The site's ID, given by Tracify.
        public var customerSiteID: CustomerSiteID
        /// The settings of capture: what is taken from requests.
        public var capture = CaptureConfiguration()
        /// The settings of sessions.
        public var sessions = SessionConfiguration()
        /// The options of the wire form.
        public var encoding = EncodingConfiguration()
        /// The limits of the queue.
        public var queue = QueueConfiguration()
        /// The settings of batches.
        public var batches = BatchConfiguration()
        /// The settings of retries.
        public var retry = RetryConfiguration()
        /// The deadlines of a shutdown.
        public var shutdown = ShutdownConfiguration()
        /// The maximum number of dead letters in memory, 0 to 1,000,000; a store has a limit of its own.
        ///
        /// Default: 1,000.
        public var maximumDeadLetters = 1000
        /// The number of visitors whose hashes are cached, so that their next page costs less, 0 to 10,000,000.
        ///
        /// Default: 10,000.
        public var maximumCachedVisitors = 10_000

        /// Creates the default settings of a site.
        ///
        /// - Parameter customerSiteID: The site's ID, given by Tracify.
        public init(customerSiteID: CustomerSiteID) {
            self.customerSiteID = customerSiteID
        }

        func validate() throws(ValidationError) {
            try self.sessions.validate()
            try self.queue.validate()
            try self.batches.validate()
            try self.retry.validate()
            try self.shutdown.validate()
            try ValidationError.check(self.maximumDeadLetters, in: 0...1_000_000, field: "maximumDeadLetters", unit: "events")
            try ValidationError.check(
                self.maximumCachedVisitors,
                in: 0...10_000_000,
                field: "maximumCachedVisitors",
                unit: "visitors"
            )
        }
    }
}
