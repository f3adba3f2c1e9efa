public import HTTPTypes

/// Which proxies in front of the server are believed when they say who the client is.
///
/// Anybody can send `X-Forwarded-For`. It says something only as far as it was written by machines that you run, so nothing is
/// believed until their networks are named here, and then only what stands to the right of the first address that is not theirs.
///
/// What is believed of `X-Forwarded-Proto` and `X-Forwarded-Host` is what the trusted proxies let through: they have to set these
/// fields, or to remove a client's own.
public struct TrustedProxies: Sendable, Hashable {
    /// The field in which the proxies say who the client is.
    public enum Header: Sendable, Hashable {
        /// `X-Forwarded-For` when it is there, else `Forwarded`.
        ///
        /// Not the other way round, although `Forwarded` is the standard: nearly every proxy appends to `X-Forwarded-For`, and
        /// passes a `Forwarded` that the client forged through untouched.
        case automatic
        /// `X-Forwarded-For`, and with it `X-Forwarded-Proto` and `X-Forwarded-Host`. `Forwarded` is ignored.
        case xForwardedFor
        /// `Forwarded` (RFC 7239), for proxies that write nothing else. The `X-Forwarded-` fields are ignored.
        case forwarded
        /// A field with one address and no list, such as `CF-Connecting-IP`, that the proxies overwrite. Scheme and host come from
        /// `X-Forwarded-Proto` and `X-Forwarded-Host`.
        case named(HTTPField.Name)
    }

    /// The networks of the proxies. Default: none, and then no forwarding field is looked at.
    public var networks: [IPNetwork] = []

    /// Whether the other end of a Unix domain socket is believed: it has no address, and is a proxy on the same machine. Default:
    /// no, and then the client of a server behind such a socket is unknown.
    public var trustsUnixSocket = false

    /// The field in which the proxies say who the client is. Default: ``Header/automatic``.
    public var header: Header = .automatic

    static let field = "trusted_proxies"

    /// Trusts nobody.
    public init() {}

    /// Reads a list of networks as it stands in a setting: separated by commas, white space and line breaks around them allowed, and
    /// the word `unix` for ``trustsUnixSocket``: `10.0.0.0/8, 2001:db8::/32, unix`. A blank text trusts nobody.
    ///
    /// - Throws: ``InvalidValue`` about `trusted_proxies` for an entry that is no network, also for an empty one.
    public init(_ list: some StringProtocol) throws(InvalidValue) {
        let list = String(list)
        guard !InvalidValue.isBlank(list) else { return }
        let entries = list.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        for (index, entry) in entries.enumerated() {
            let text = String(decoding: Blanks.trimming(entry, andLineBreaks: true), as: UTF8.self)
            if text == "unix" {
                self.trustsUnixSocket = true
                continue
            }
            do throws(InvalidValue) {
                self.networks.append(try IPNetwork(text))
            } catch {
                throw InvalidValue(
                    field: error.field,
                    code: error.code,
                    allowed: "\(error.allowed) (entry \(index + 1) of \(entries.count))"
                )
            }
        }
    }

    /// Whether what the other end says about its client is believed.
    func trusts(_ peer: PeerAddress) -> Bool {
        switch peer {
        case .ip(let address):
            for network in self.networks where network.contains(address) { return true }
            return false
        case .unixSocket: return self.trustsUnixSocket
        case .unknown: return false
        }
    }

    // The entry is not shown: what is not even a network may be a secret that was put into the wrong variable.
    static func invalid(_ code: InvalidValue.Code) -> InvalidValue {
        InvalidValue(
            field: self.field,
            code: code,
            allowed: "networks such as 10.0.0.0/8, 2001:db8::/32 or 192.0.2.1, separated by commas, and the word unix"
        )
    }
}
