extension HTTPSink {
    /// An HTTP sink's settings. Start from the defaults and change what differs.
    public struct Configuration: Sendable {
        /// The API key.
        public var token: APIToken
        /// Where events are sent. Default: Tracify's production host.
        public var endpoint = Endpoint.production
        /// How long a connection may take to be made. Default: 5 seconds.
        public var connectTimeout: Duration = .seconds(5)
        /// How long the answer may pause. Default: 10 seconds.
        public var readTimeout: Duration = .seconds(10)
        /// How long a request may take in all, from the connection to the last byte of its answer. Default: 30 seconds.
        public var requestTimeout: Duration = .seconds(30)
        /// How much of an answer is read, in bytes. A longer one counts as a failure. Default: 64 KiB.
        public var maximumResponseBytes = 64 * 1024

        /// The defaults for a token.
        ///
        /// - Parameter token: The API key.
        public init(token: APIToken) {
            self.token = token
        }
    }
}
