extension HTTPSink {
    /// An HTTP sink's settings. Start from the defaults and change what differs.
    public struct Configuration: Sendable {
        /// The API key.
        public var token: APIToken
        /// Where events are sent. Default: Tracify's production host.
        public var endpoint = Endpoint.production
        /// How long a connection may take to be made, at least a millisecond. Default: 5 seconds.
        public var connectTimeout: Duration = .seconds(5)
        /// How long the answer may pause, at least a millisecond. Default: 10 seconds.
        public var readTimeout: Duration = .seconds(10)
        /// How long a request may take in all, from the connection to the last byte of its answer, at least a millisecond.
        /// Default: 30 seconds.
        public var requestTimeout: Duration = .seconds(30)
        /// How much of an answer is read, in bytes, at least 1 KiB. A longer one counts as a failure. Default: 64 KiB.
        public var maximumResponseBytes = 64 * 1024

        /// The defaults for a token.
        ///
        /// - Parameter token: The API key.
        public init(token: APIToken) {
            self.token = token
        }

        /// The same with every limit at least as large as works.
        func clamped() -> Configuration {
            var configuration = self
            configuration.connectTimeout = max(self.connectTimeout, .milliseconds(1))
            configuration.readTimeout = max(self.readTimeout, .milliseconds(1))
            // A day stands for "none": a timer cannot count to the end of time.
            configuration.requestTimeout = min(max(self.requestTimeout, .milliseconds(1)), .seconds(86_400))
            configuration.maximumResponseBytes = max(self.maximumResponseBytes, 1024)
            return configuration
        }
    }
}
