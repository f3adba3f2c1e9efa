extension Tracker {
    /// A tracker's settings. Start from the defaults and change what differs.
    public struct Configuration: Sendable {
        /// The site's id, given by Tracify.
        public var customerSiteID: CustomerSiteID
        /// What is taken from requests.
        public var capture = CaptureConfiguration()
        /// How long visitors' sessions are remembered, and how many.
        public var sessions = SessionPolicy()
        /// How events are written where integrations of Tracify disagree.
        public var encoding = EventEncoder.Options()
        /// How much waits for delivery at most.
        public var queue = QueueLimits()
        /// When batches are sent.
        public var batches = BatchPolicy()
        /// When a delivery that failed is tried again.
        public var retry = RetryPolicy()
        /// How many events that the far end will not take are kept in memory; a store has a bound of its own. Default: 1,000.
        public var maximumDeadLetters = 1000
        /// How long delivery goes on after the end was asked for.
        public var shutdown = ShutdownPolicy()
        /// How many visitors' hashes are remembered, so that their next page costs less. Default: 10,000.
        public var cachedVisitors = 10_000

        /// The defaults for a site.
        ///
        /// - Parameter customerSiteID: The site's id, given by Tracify.
        public init(customerSiteID: CustomerSiteID) {
            self.customerSiteID = customerSiteID
        }
    }
}
