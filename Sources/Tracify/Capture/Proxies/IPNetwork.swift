/// A network of IPv4 or IPv6 addresses in CIDR notation (RFC 4632, section 3.1; RFC 4291, section 2.3): `10.0.0.0/8`.
///
/// Networks are configuration and no personal data, so unlike an ``IPAddress`` they show what they are.
public struct IPNetwork: Sendable, Hashable {
    private let high: UInt64
    private let low: UInt64
    private let highMask: UInt64
    private let lowMask: UInt64
    private let isIPv4: Bool

    /// Reads a network: an address, and after a slash how many of its leading bits are the network's, 0 to 32 for IPv4 and 0 to 128
    /// for IPv6. An address alone is a network of one. An IPv4-mapped network, `::ffff:10.0.0.0/104`, is the IPv4 network
    /// `10.0.0.0/8`.
    ///
    /// - Throws: ``InvalidValue`` about `trusted_proxies` when the text is no network, or when bits are set behind the prefix:
    ///   whoever writes `10.0.0.1/8` means one address or the whole network, and it matters which.
    public init(_ text: some StringProtocol) throws(InvalidValue) {
        let (addressText, prefixText) = Substring(text).splitOnce(at: UInt8(ascii: "/"))
        guard !addressText.isEmpty || !prefixText.isEmpty else { throw TrustedProxies.invalid(.empty) }
        guard let address = IPAddress(addressText) else { throw TrustedProxies.invalid(.malformed) }
        let isMapped = address.isIPv4 && addressText.utf8.contains(UInt8(ascii: ":"))
        // In the 128 bits of an address, the first 96 of an IPv4 address are the same for all.
        let fixed = address.isIPv4 && !isMapped ? 96 : 0

        var prefix = 128
        if addressText.utf8.count < text.utf8.count {
            guard let value = IPNetwork.number(prefixText) else { throw TrustedProxies.invalid(.malformed) }
            let allowed = (isMapped ? 96 : 0)...(128 - fixed)
            guard allowed.contains(value) else {
                throw InvalidValue(
                    field: TrustedProxies.field,
                    code: .outOfRange,
                    allowed: "a prefix of \(allowed.lowerBound) to \(allowed.upperBound) bits after \(addressText)"
                )
            }
            prefix = fixed + value
        }
        // A shift by 64 gives 0.
        self.highMask = UInt64.max << UInt64(64 - min(prefix, 64))
        self.lowMask = UInt64.max << UInt64(128 - max(prefix, 64))
        self.high = address.high & self.highMask
        self.low = address.low & self.lowMask
        self.isIPv4 = address.isIPv4
        guard self.high == address.high, self.low == address.low else {
            // What was given is shown here, as it is an address at least. Otherwise it may be anything, see `TrustedProxies`.
            throw InvalidValue(
                field: TrustedProxies.field,
                code: .outOfRange,
                allowed: "\(self), the network that \(text) is in, or \(address.text) for that address alone"
            )
        }
    }

    /// Whether the address is in the network. An IPv4 address, mapped or not, is in no IPv6 network, not even in `::/0`.
    public func contains(_ address: IPAddress) -> Bool {
        address.low & self.lowMask == self.low && address.high & self.highMask == self.high && address.isIPv4 == self.isIPv4
    }

    /// A decimal number of at most three digits, without a sign or leading zeros.
    private static func number(_ text: Substring) -> Int? {
        guard (1...3).contains(text.utf8.count), text.utf8.count == 1 || text.utf8.first != UInt8(ascii: "0") else { return nil }
        var value = 0
        for byte in text.utf8 {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            value = value * 10 + Int(byte - UInt8(ascii: "0"))
        }
        return value
    }
}

extension IPNetwork: CustomStringConvertible {
    /// The network in CIDR notation, in its canonical form, with its prefix also where it is a single address.
    public var description: String {
        let prefix = self.highMask.nonzeroBitCount + self.lowMask.nonzeroBitCount - (self.isIPv4 ? 96 : 0)
        return "\(IPAddress(ipv6: self.high, self.low).text)/\(prefix)"
    }
}
