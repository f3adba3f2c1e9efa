/// A parameter of the landing page's URL, passed on under its own key in an event's `data`: `utm_source`, `trc_mcmp_id`, …
public struct URLParameter: Sendable, Hashable {
    /// The longest name, in bytes.
    public static let maximumNameLength = 64
    /// The longest value, in bytes of UTF-8.
    public static let maximumValueLength = 512
    /// The most parameters one event takes.
    public static let maximumCount = 32

    /// The parameter's name.
    public let name: String
    /// The parameter's value, decoded once; may be empty.
    public let value: String

    /// Creates a parameter.
    ///
    /// - Parameters:
    ///   - name: ASCII letters, digits, `_`, `-` and `.`, at most ``maximumNameLength``; not a key that the contract gives
    ///     another meaning, such as `order_id` or `ITEM1`, in whatever case.
    ///   - value: The decoded value, at most ``maximumValueLength`` bytes.
    /// - Throws: ``InvalidValue`` about `url_parameters`.
    public init(name: String, value: String) throws(InvalidValue) {
        try URLParameter.checkName(name)
        guard value.utf8.count <= URLParameter.maximumValueLength else {
            throw InvalidValue(
                field: "url_parameters",
                code: .tooLong,
                allowed: "values of at most \(URLParameter.maximumValueLength) bytes"
            )
        }
        self.name = name
        self.value = value
    }

    /// A parameter whose name and value the capture rules have checked.
    init(checkedName: String, checkedValue: String) {
        self.name = checkedName
        self.value = checkedValue
    }

    /// Checks a name without a value, for settings that allow names.
    ///
    /// - Throws: ``InvalidValue`` about `url_parameters`.
    public static func checkName(_ name: String) throws(InvalidValue) {
        guard !name.isEmpty, name.utf8.count <= URLParameter.maximumNameLength, name.utf8.allSatisfy(URLParameter.isNameByte)
        else {
            throw InvalidValue(
                field: "url_parameters",
                code: name.isEmpty ? .empty : (name.utf8.count > URLParameter.maximumNameLength ? .tooLong : .malformed),
                allowed: "names of 1 to \(URLParameter.maximumNameLength) ASCII letters, digits, _, - and ."
            )
        }
        guard !DataKey.isReserved(name) else {
            throw InvalidValue(
                field: "url_parameters",
                code: .outOfRange,
                allowed: "names other than the contract's own keys of data"
            )
        }
    }

    static func isNameByte(_ byte: UInt8) -> Bool {
        URLBytes.isAlphanumeric(byte) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
    }
}

/// The keys of `data` that the contract gives a meaning, so that nothing a visitor sends can stand in their place.
enum DataKey {
    static let origin = "origin"
    static let referer = "Referer"
    static let orderID = "order_id"
    static let conversionID = "conversion_id"
    static let currency = "currency"
    static let amount = "amount"
    static let conversionValue = "value"
    static let currencyCC = "cc"
    static let source = "source"
    static let medium = "medium"

    private static let reserved: Set<String> = [
        "origin", "referer", "order_id", "conversion_id", "currency", "amount", "value", "cc", "source", "medium",
    ]

    /// Whether `name` is one of them, in whatever case, or of the numbered ones: `ITEM1`, `AMT1`, `QTY1` and so on.
    static func isReserved(_ name: String) -> Bool {
        let name = name.lowercased()
        return self.reserved.contains(name) || self.isItem(name.uppercased())
    }

    /// Whether `key` is one of the numbered ones, as the contract writes them.
    static func isItem(_ key: String) -> Bool {
        for prefix in ["ITEM", "AMT", "QTY"] where key.hasPrefix(prefix) {
            let digits = key.dropFirst(prefix.count)
            if !digits.isEmpty, digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) { return true }
        }
        return false
    }
}
