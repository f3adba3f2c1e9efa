//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// A customer site ID (CSID): the UUID that Tracify assigns to a site.
public struct CustomerSiteID: Sendable, Hashable {
    /// The wire form: 36 characters, lowercase (contract, `customer_site_id`).
    public let text: String

    /// Creates a customer site ID from a UUID.
    ///
    /// - Parameter uuid: The UUID that Tracify assigned to the site.
    public init(_ uuid: UUID) {
        self.text = uuid.uuidString.lowercased()
    }

    /// Creates a customer site ID from text.
    ///
    /// - Parameter text: A UUID in either case, such as `6b29fc40-ca47-1067-b31d-00dd010662da`.
    /// - Throws: ``ValidationError`` about `customer_site_id` if the text is not a UUID of 8-4-4-4-12 hexadecimal digits.
    public init(_ text: String) throws(ValidationError) {
        guard CustomerSiteID.isWellFormed(text), let uuid = UUID(uuidString: text) else {
            throw ValidationError(
                field: "customer_site_id",
                code: text.isEmpty ? .empty : .malformed,
                allowed: "a UUID, 8-4-4-4-12 hexadecimal digits"
            )
        }
        self.init(uuid)
    }

    /// Returns whether a text is a UUID in wire form.
    static func isCanonical(_ text: String) -> Bool {
        self.isWellFormed(text) && !text.utf8.contains { (UInt8(ascii: "A")...UInt8(ascii: "F")).contains($0) }
    }

    // `UUID(uuidString:)` on Linux accepts signs, spaces and `0x` instead of digits, and any text after a NUL.
    private static func isWellFormed(_ text: String) -> Bool {
        var count = 0
        for byte in text.utf8 {
            switch count {
            case 8, 13, 18, 23: guard byte == UInt8(ascii: "-") else { return false }
            default: guard HexDigits.value(byte) != nil else { return false }
            }
            count += 1
        }
        return count == 36
    }
}

extension CustomerSiteID: CustomStringConvertible {
    /// The wire form, the same as ``text``.
    public var description: String { self.text }
}
