//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Tracify

extension HTTPSink {
    /// The settings of an HTTP sink.
    ///
    /// Create the defaults for a token and change what differs.
    public struct Configuration: Sendable {
        /// The API key, or the file that holds it.
        public var token: TokenSource
        /// The URL of the events API.
        ///
        /// Default: Tracify's production host.
        public var endpoint = Endpoint.production
        /// The path of a PEM file with certificate authorities that are trusted in addition to the system's; `nil` for the system's
        /// only.
        ///
        /// For an endpoint or a TLS-inspecting proxy with a private authority. The file is read when the sink is created. Default:
        /// `nil`.
        public var certificateAuthorities: String?
        /// The proxy through which the sink connects; `nil` for direct connections.
        ///
        /// An endpoint with plain `http`, which is a loopback address, is never connected through the proxy. Default: `nil`.
        public var proxy: HTTPProxy?
        /// The timeout for establishing a connection, 1 millisecond to 1 day.
        ///
        /// Default: 5 seconds.
        public var connectTimeout: Duration = .seconds(5)
        /// The timeout between two parts of a response, 1 millisecond to 1 day.
        ///
        /// Default: 10 seconds.
        public var readTimeout: Duration = .seconds(10)
        /// The timeout for a whole exchange, from the connection to the last byte of the response, 1 millisecond to 1 day.
        ///
        /// Default: 30 seconds.
        public var requestTimeout: Duration = .seconds(30)
        /// The maximum length of a response, in bytes, 1 KiB to 16 MiB.
        ///
        /// A longer one counts as a transient failure. Default: 64 KiB.
        public var maximumResponseBytes = 64 * 1024

        /// Creates the default settings.
        ///
        /// - Parameter token: The API key.
        public init(token: APIToken) {
            self.init(token: .fixed(token))
        }

        /// Creates the default settings with the origin of the API key.
        ///
        /// - Parameter token: The API key, or the file that holds it.
        public init(token: TokenSource) {
            self.token = token
        }

        var transport: TransportSettings {
            TransportSettings(
                endpoint: self.endpoint,
                certificateAuthorities: self.certificateAuthorities,
                proxy: self.proxy,
                connectTimeout: self.connectTimeout,
                readTimeout: self.readTimeout,
                requestTimeout: self.requestTimeout,
                maximumResponseBytes: self.maximumResponseBytes
            )
        }

        func validate() throws(ValidationError) {
            let timeouts = Duration.milliseconds(1) ... .seconds(86_400)
            try ValidationError.check(self.connectTimeout, in: timeouts, field: "http.connectTimeout")
            try ValidationError.check(self.readTimeout, in: timeouts, field: "http.readTimeout")
            try ValidationError.check(self.requestTimeout, in: timeouts, field: "http.requestTimeout")
            try ValidationError.check(
                self.maximumResponseBytes,
                in: 1024...16 << 20,
                field: "http.maximumResponseBytes",
                unit: "bytes"
            )
        }
    }
}
