//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// A campaign parameter of a landing's URL, such as `utm_source` or `trc_mcmp_id`.
///
/// An event's `data` contains each parameter under its own key (contract, "URL parameters").
public struct URLParameter: Sendable, Hashable {
    /// The maximum length of a name, in bytes.
    public static let maximumNameLength = 64
    /// The maximum length of a value, in bytes of UTF-8.
    public static let maximumValueLength = 512
    /// The maximum number of parameters in one event.
    public static let maximumCount = 32

    /// The decoded name.
    public let name: String
    /// The value, percent-decoded once; may be empty.
    public let value: String

    /// Creates a campaign parameter.
    ///
    /// - Parameters:
    ///   - name: The name: 1 to ``maximumNameLength`` ASCII letters, digits, `_`, `-` and `.`. It must not equal, in any case, a
    ///     key that the contract defines, such as `order_id` or `ITEM1`.
    ///   - value: The decoded value, at most ``maximumValueLength`` bytes of UTF-8.
    /// - Throws: ``ValidationError`` about `url_parameters` if the name is not allowed or the value is too long.
    public init(name: String, value: String) throws(ValidationError) {
        try URLParameter.checkName(name)
        guard value.utf8.count <= URLParameter.maximumValueLength else {
            throw ValidationError(
                field: "url_parameters",
                code: .tooLong,
                allowed: "values of at most \(URLParameter.maximumValueLength) bytes of UTF-8"
            )
        }
        self.name = name
        self.value = value
    }

    /// Creates a campaign parameter from a name and a value that the caller has checked.
    init(checkedName: String, checkedValue: String) {
        self.name = checkedName
        self.value = checkedValue
    }

    /// Checks a name without a value, for settings that contain an allow-list of names.
    ///
    /// - Parameter name: The name to check; see ``init(name:value:)``.
    /// - Throws: ``ValidationError`` about `url_parameters` if the name is empty, is too long, contains another character, or
    ///   equals a key that the contract defines.
    package static func checkName(_ name: String) throws(ValidationError) {
        guard !name.isEmpty, name.utf8.count <= URLParameter.maximumNameLength, name.utf8.allSatisfy(URLParameter.isNameByte)
        else {
            throw ValidationError(
                field: "url_parameters",
                code: name.isEmpty ? .empty : (name.utf8.count > URLParameter.maximumNameLength ? .tooLong : .malformed),
                allowed: "names of 1 to \(URLParameter.maximumNameLength) ASCII letters, digits, _, - and ."
            )
        }
        guard !DataKey.isReserved(name) else {
            throw ValidationError(
                field: "url_parameters",
                code: .outOfRange,
                allowed: "names that are not keys of data in the contract"
            )
        }
    }

    /// Returns whether a name may contain the byte.
    static func isNameByte(_ byte: UInt8) -> Bool {
        URLBytes.isAlphanumeric(byte) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
    }

    /// Returns whether a parameter with this decoded name is reported, either by default or because it is on the allow-list.
    ///
    /// A name on the allow-list must be ASCII: `String` compares by canonical equivalence, so a Kelvin sign equals a `K`.
    static func isPassedOn(_ name: String, allowing allowed: Set<String>) -> Bool {
        name.withBytes(self.isDefaultName) || allowed.contains(name) && name.utf8.allSatisfy(self.isNameByte)
    }

    /// Returns whether a parameter with this decoded name is reported by default.
    ///
    /// The rule is `^(utm|trc)_[A-Za-z0-9_]+$` (contract, "URL parameters").
    static func isDefaultName(_ name: Bytes) -> Bool {
        guard name.count > 4, name.hasPrefix("utm_") || name.hasPrefix("trc_") else { return false }
        return name.dropFirst(4).allSatisfy { URLBytes.isAlphanumeric($0) || $0 == UInt8(ascii: "_") }
    }
}

extension [URLParameter] {
    /// The parameters without those whose name an earlier one has (contract, "URL parameters").
    var firstOfEachName: [URLParameter] {
        // There are at most `URLParameter.maximumCount` parameters, so a linear search is cheaper than a set. Nearly always no name repeats.
        let isRepeating = self.indices.contains { index in self[..<index].contains { $0.name == self[index].name } }
        guard isRepeating else { return self }
        var result: [URLParameter] = []
        result.reserveCapacity(self.count)
        for parameter in self where !result.contains(where: { $0.name == parameter.name }) {
            result.append(parameter)
        }
        return result
    }
}
