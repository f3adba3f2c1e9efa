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
        /// The site's ID, given by Tracify.
        public var customerSiteID: CustomerSiteID
        /// Whether the tracker captures and delivers events.
        ///
        /// A disabled tracker reads no request, counts nothing, accepts calls without effect, returns ``OrderReceipt/notReported`` for
        /// orders and is healthy. It uses neither its sink nor its store, and shuts both down when its run ends. The other settings
        /// are still checked. Default: `true`.
        public var isEnabled = true
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
        /// The maximum ages of events and dead letters.
        public var retention = RetentionConfiguration()
        /// The deadlines of a shutdown.
        public var shutdown = ShutdownConfiguration()
        /// The time in which the event store has to complete a call, 1 millisecond to 1 day.
        ///
        /// An order whose commit takes longer fails with ``EventStoreError/Code/timeout``. Default: 5 seconds.
        public var storeTimeout: Duration = .seconds(5)
        /// The maximum number of dead letters in memory, 1 to 1,000,000; a store has a limit of its own.
        ///
        /// When it is reached, page views are evicted first, then product views and add-to-carts, the oldest first. Orders,
        /// conversions and survey answers are never evicted: when they fill the limit, the delivery of orders pauses.
        /// Default: 1,000.
        public var maximumDeadLetters = 1000
        /// The number of visitors whose hashes are cached, so that their next page costs less, 0 to 10,000,000.
        ///
        /// Default: 10,000.
        public var maximumCachedVisitors = 10_000

        /// The number of skipped requests and calls that are kept for ``Tracker/skippedRequests``, 0 to 100,000.
        ///
        /// For development. Default: 0.
        public var maximumSkippedRequests = 0

        /// Creates the default settings of a site.
        ///
        /// - Parameter customerSiteID: The site's ID, given by Tracify.
        public init(customerSiteID: CustomerSiteID) {
            self.customerSiteID = customerSiteID
        }

        package static let allowedStoreTimeout: ClosedRange<Duration> = .milliseconds(1) ... .seconds(86_400)
        package static let allowedDeadLetters = 1...1_000_000
        package static let allowedSkippedRequests = 0...100_000

        func validate() throws(ValidationError) {
            try self.sessions.validate()
            try self.queue.validate()
            try self.batches.validate()
            try self.retry.validate()
            try self.retention.validate()
            try self.shutdown.validate()
            try ValidationError.check(self.storeTimeout, in: Self.allowedStoreTimeout, field: "storeTimeout")
            try ValidationError.check(
                self.maximumDeadLetters,
                in: Self.allowedDeadLetters,
                field: "maximumDeadLetters",
                unit: "events"
            )
            try ValidationError.check(
                self.maximumSkippedRequests,
                in: Self.allowedSkippedRequests,
                field: "maximumSkippedRequests",
                unit: "requests"
            )
            try ValidationError.check(
                self.maximumCachedVisitors,
                in: 0...10_000_000,
                field: "maximumCachedVisitors",
                unit: "visitors"
            )
        }
    }
}
