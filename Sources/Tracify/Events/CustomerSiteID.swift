#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// The customer site id (CSID), which Tracify gives to each site: a UUID, written lower-case on the wire.
public struct CustomerSiteID: Sendable, Hashable {
    /// The id as it goes over the wire: 36 characters, lower-case.
    public let text: String

    /// Takes a UUID as it is.
    public init(_ uuid: UUID) {
        self.text = uuid.uuidString.lowercased()
    }

    /// Reads an id such as `6b29fc40-ca47-1067-b31d-00dd010662da`, in either case.
    ///
    /// - Throws: ``InvalidValue`` about `customer_site_id` when the text is no UUID of 8-4-4-4-12 hexadecimal digits.
    public init(_ text: String) throws(InvalidValue) {
        guard CustomerSiteID.isWellFormed(text), let uuid = UUID(uuidString: text) else {
            throw InvalidValue(
                field: "customer_site_id",
                code: text.isEmpty ? .empty : .malformed,
                allowed: "a UUID, 8-4-4-4-12 hexadecimal digits"
            )
        }
        self.init(uuid)
    }

    // `UUID` on Linux takes signs, spaces and `0x` in the place of digits, and whatever follows a NUL.
    private static func isWellFormed(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        return bytes.count == 36
            && bytes.enumerated()
                .allSatisfy { index, byte in
                    [8, 13, 18, 23].contains(index) ? byte == UInt8(ascii: "-") : HexDigits.value(byte) != nil
                }
    }
}

extension CustomerSiteID: CustomStringConvertible {
    /// The id as it goes over the wire.
    public var description: String { self.text }
}
