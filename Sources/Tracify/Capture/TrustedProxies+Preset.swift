//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import HTTPTypes

extension TrustedProxies {
    /// The facts about the forwarding header fields of a common proxy.
    ///
    /// A preset trusts no network by itself: set ``networks`` to those of your proxies.
    public struct Preset: Sendable, Hashable, CustomStringConvertible {
        /// The name of the preset in settings.
        public let description: String
        let header: Header
        let trustsForwardedHost: Bool

        /// nginx with `proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for` and `X-Forwarded-Proto $scheme`.
        ///
        /// nginx writes no forwarding field by default (nginx.org, "Module ngx_http_proxy_module"). `X-Forwarded-Host` counts, because a
        /// configuration that passes the backend's name as `Host` sets it.
        public static let nginx = Preset("nginx", .xForwardedFor)
        /// Cloudflare, which overwrites `CF-Connecting-IP` and sends the scheme in `X-Forwarded-Proto` and `CF-Visitor`.
        ///
        /// It passes a client's own `X-Forwarded-Host` on (developers.cloudflare.com, "Cloudflare HTTP headers").
        public static let cloudflare = Preset("cloudflare", named: "CF-Connecting-IP", trustsForwardedHost: false)
        /// AWS Application Load Balancer, which appends to `X-Forwarded-For` and writes `X-Forwarded-Proto` and `X-Forwarded-Port`.
        ///
        /// It passes a client's own `X-Forwarded-Host` on (docs.aws.amazon.com, "HTTP headers and Application Load Balancers").
        public static let awsALB = Preset("aws-alb", .xForwardedFor, trustsForwardedHost: false)
        /// Fastly, which appends to `X-Forwarded-For` and writes `X-Forwarded-Host`.
        ///
        /// `Fastly-Client-IP` is not used, because Fastly passes on a client's own (developer.fastly.com, "Fastly-Client-IP").
        public static let fastly = Preset("fastly", .xForwardedFor)
        /// Fly.io, which overwrites `Fly-Client-IP` and writes `X-Forwarded-Proto`, `X-Forwarded-Port` and `X-Forwarded-Ssl`.
        ///
        /// It passes a client's own `X-Forwarded-Host` on (fly.io/docs, "Request headers").
        public static let fly = Preset("fly", named: "Fly-Client-IP", trustsForwardedHost: false)
        /// Heroku, which appends to `X-Forwarded-For` and writes `X-Forwarded-Proto` and `X-Forwarded-Port`.
        ///
        /// It passes a client's own `X-Forwarded-Host` on (devcenter.heroku.com, "HTTP routing").
        public static let heroku = Preset("heroku", .xForwardedFor, trustsForwardedHost: false)

        /// All presets.
        public static let all = [nginx, cloudflare, awsALB, fastly, fly, heroku]

        private init(_ name: String, _ header: Header, trustsForwardedHost: Bool = true) {
            self.description = name
            self.header = header
            self.trustsForwardedHost = trustsForwardedHost
        }

        private init(_ name: String, named field: String, trustsForwardedHost: Bool) {
            // The names above are valid, so the field that no proxy sends is never used.
            self.init(name, HTTPField.Name(field).map(Header.named) ?? .forwarded, trustsForwardedHost: trustsForwardedHost)
        }
    }

    /// Sets ``header-swift.property`` and ``trustsForwardedHost`` to those of a preset.
    ///
    /// - Parameter preset: The preset.
    public mutating func apply(_ preset: Preset) {
        self.header = preset.header
        self.trustsForwardedHost = preset.trustsForwardedHost
    }
}
