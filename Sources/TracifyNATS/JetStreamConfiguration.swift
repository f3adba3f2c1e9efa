//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if NATS
package import Tracify

/// How to reach the brokers of a fleet, and the names there.
public struct JetStreamConfiguration: Sendable {
    /// The URLs of the brokers, such as `nats://10.0.0.1:4222` or `tls://broker.example.com:4222`.
    ///
    /// One is enough, as it names the others of its cluster. A URL may hold a name and a password, or a token, which are never logged.
    public var servers: [String]
    /// The path of a file with the credentials (`.creds`) of a user; `nil` without.
    public var credentialsPath: String?
    /// The settings of TLS.
    public var tls = TLS()
    /// The first part of the names of all subjects and streams: letters, digits, `-` and `_`, at most 32.
    ///
    /// Default: `tracify`.
    public var prefix = "tracify"
    /// The time in which a broker acknowledges a message, 100 milliseconds to 1 minute.
    ///
    /// Default: 5 seconds.
    public var acknowledgementTimeout: Duration = .seconds(5)
    /// The time for which a delivery of orders waits for Tracify's acceptance, 0 to 1 minute.
    ///
    /// Default: 5 seconds.
    ///
    /// After it, other orders are published, and these are retried later.
    public var receiptTimeout: Duration = .seconds(5)
    /// The pause before orders without a receipt are published again, 1 second to 1 hour.
    ///
    /// Default: 30 seconds.
    ///
    /// A broker that still has an order ignores the repetition.
    public var receiptInterval: Duration = .seconds(30)

    /// Creates the default settings.
    ///
    /// - Parameter servers: The URLs of the brokers.
    public init(servers: [String]) {
        self.servers = servers
    }

    /// The settings of TLS.
    ///
    /// The broker's certificate and its name are always checked.
    public struct TLS: Sendable, Hashable {
        /// Whether a connection without TLS is refused; also without this where a URL begins with `tls://`.
        public var isRequired = false
        /// The path of a PEM file with the authorities that are trusted; those of the system when `nil`.
        public var certificateAuthorities: String?
        /// The path of a PEM file with the client's certificate; `nil` without one.
        public var certificate: String?
        /// The path of a PEM file with the key of the client's certificate.
        public var privateKey: String?

        /// Creates the default settings.
        public init() {}
    }

    /// Whether connections need TLS.
    var requiresTLS: Bool { self.tls.isRequired || self.servers.contains { $0.hasPrefix("tls://") } }

    func validate() throws(ValidationError) {
        guard !self.servers.isEmpty else {
            throw ValidationError(field: "nats.servers", code: .missing, allowed: "at least one URL")
        }
        for server in self.servers { try Self.checkServer(server) }
        try Self.checkPrefix(self.prefix)
        let acknowledgement = Duration.milliseconds(100) ... .seconds(60)
        try ValidationError.check(self.acknowledgementTimeout, in: acknowledgement, field: "nats.acknowledgementTimeout")
        try ValidationError.check(self.receiptTimeout, in: .zero ... .seconds(60), field: "nats.receiptTimeout")
        try ValidationError.check(self.receiptInterval, in: .seconds(1) ... .seconds(3600), field: "nats.receiptInterval")
        guard (self.tls.certificate == nil) == (self.tls.privateKey == nil) else {
            throw ValidationError(
                field: "nats.tls.certificate",
                code: .malformed,
                allowed: "a certificate and its key, or neither"
            )
        }
    }

    package static func checkServer(_ server: String) throws(ValidationError) {
        guard self.isServer(server) else {
            throw ValidationError(field: "nats.servers", code: .malformed, allowed: "URLs that begin with nats:// or tls://")
        }
    }

    package static func checkPrefix(_ prefix: String) throws(ValidationError) {
        guard (1...32).contains(prefix.utf8.count), prefix.utf8.allSatisfy(self.isNamePart) else {
            throw ValidationError(field: "nats.prefix", code: .malformed, allowed: "1 to 32 letters, digits, - and _")
        }
    }

    private static func isServer(_ text: String) -> Bool {
        ["nats://", "tls://"].contains { text.hasPrefix($0) && text.utf8.count > $0.utf8.count } && text.utf8.count <= 1024
            && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ",") }
    }

    private static func isNamePart(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}

extension JetStreamConfiguration: CustomStringConvertible, CustomReflectable {
    /// The number of brokers and the prefix: a URL may hold a password.
    public var description: String { "JetStreamConfiguration(\(self.servers.count) servers, prefix \(self.prefix))" }
    /// No children, for the same reason.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
#endif
