//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

public import HTTPTypes

/// The proxies whose forwarding header fields are trusted.
///
/// Any client can send `X-Forwarded-For`, so a forwarding field is evidence only as far as your own proxies have written it. No
/// forwarding field is read until you list the proxies' networks. The list of addresses is then walked from the right: the first
/// address outside of these networks is the client, and nothing to the left of it is read.
///
/// `X-Forwarded-Proto` and `X-Forwarded-Host` are trusted as the proxies pass them on. Configure the proxies to set these fields,
/// or to remove those that a client sends.
public struct TrustedProxies: Sendable, Hashable {
    /// The header field in which the proxies name the client.
    ///
    /// A struct, so that fields can be added without breaking a `switch`.
    public struct Header: Sendable, Hashable {
        enum Kind: Sendable, Hashable {
            case automatic
            case xForwardedFor
            case forwarded
            case named(HTTPField.Name)
        }

        let kind: Kind

        /// `X-Forwarded-For` if it is present, otherwise `Forwarded`.
        ///
        /// Although `Forwarded` is the standard, it comes second: nearly every proxy appends to `X-Forwarded-For`, and passes on
        /// unchanged a `Forwarded` field that a client has forged.
        public static let automatic = Header(kind: .automatic)
        /// `X-Forwarded-For`, together with `X-Forwarded-Proto` and `X-Forwarded-Host`.
        ///
        /// `Forwarded` is ignored.
        public static let xForwardedFor = Header(kind: .xForwardedFor)
        /// `Forwarded` (RFC 7239), for proxies that write no other field.
        ///
        /// The `X-Forwarded-` fields are ignored.
        public static let forwarded = Header(kind: .forwarded)

        /// Returns a field that holds one address, such as `CF-Connecting-IP`, and that the proxies overwrite.
        ///
        /// Scheme and host come from `X-Forwarded-Proto` and `X-Forwarded-Host`.
        ///
        /// - Parameter name: The field's name.
        /// - Returns: The header field.
        public static func named(_ name: HTTPField.Name) -> Header { Header(kind: .named(name)) }
    }

    /// The networks of the trusted proxies.
    ///
    /// Default: none, so that no forwarding field is read.
    public var networks: [IPNetwork] = []

    /// Whether a peer on a Unix domain socket is trusted as a proxy on the same machine.
    ///
    /// Such a peer has no address. Default: `false`, so that the client of a server behind a Unix domain socket is unknown.
    public var trustsUnixSocket = false

    /// The header field in which the proxies name the client.
    ///
    /// Default: ``Header/automatic``.
    public var header: Header = .automatic

    /// Whether `X-Forwarded-Host` of a trusted proxy is read.
    ///
    /// Set it to `false` for proxies that pass on a client's own field, as AWS's and Heroku's do. Where ``CaptureConfiguration/sites`` are
    /// set, a host counts only if it is one of them. Default: `true`.
    public var trustsForwardedHost = true

    /// Creates a configuration that trusts no proxy.
    public init() {}

    /// Creates a configuration from the text of a setting: networks separated by commas.
    ///
    /// An example is `10.0.0.0/8, 2001:db8::/32, unix`. Whitespace and line breaks around an entry are ignored. The word `unix`
    /// sets ``trustsUnixSocket``. A blank text trusts no proxy.
    ///
    /// - Parameter list: The text of the setting.
    /// - Throws: ``ValidationError`` with the field `trusted_proxies` for an entry that is not a network, including an empty one.
    public init(_ list: some StringProtocol) throws(ValidationError) {
        let list = String(list)
        guard !ValidationError.isBlank(list) else { return }
        let entries = list.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        for (index, entry) in entries.enumerated() {
            let text = String(decoding: OptionalWhitespace.trimming(entry, andLineBreaks: true), as: UTF8.self)
            if text == "unix" {
                self.trustsUnixSocket = true
                continue
            }
            do throws(ValidationError) {
                self.networks.append(try IPNetwork(text))
            } catch {
                throw ValidationError(
                    field: error.field,
                    code: error.code,
                    allowed: "\(error.allowed) (entry \(index + 1) of \(entries.count))"
                )
            }
        }
    }

    /// Returns whether the forwarding fields that a peer sends are trusted.
    func trusts(_ peer: PeerAddress) -> Bool {
        switch peer {
        case .ip(let address):
            for network in self.networks where network.contains(address) { return true }
            return false
        case .unixSocket: return self.trustsUnixSocket
        case .unknown: return false
        }
    }
}
