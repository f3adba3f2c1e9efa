import Tracify

/// The fields of a form, as `application/x-www-form-urlencoded` has them: in order, and a name may repeat.
struct FormBody {
    private let fields: [(name: String, value: String)]

    /// Takes a body apart.
    ///
    /// - Throws: `ValidationError` about the body, when an escape is broken or the result is not UTF-8. Browsers send neither.
    init(_ body: [UInt8]) throws(ValidationError) {
        var fields: [(name: String, value: String)] = []
        for pair in body.split(separator: UInt8(ascii: "&")) {
            let equals = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
            guard
                let name = PercentEncoding.decode(pair[..<equals], plusIsSpace: true),
                let value = PercentEncoding.decode(pair[equals...].dropFirst(), plusIsSpace: true)
            else {
                throw ValidationError(field: BodyFormat.field, code: .malformed, allowed: "a percent-encoded form in UTF-8")
            }
            fields.append((name, value))
        }
        self.fields = fields
    }

    /// The field's first value; `nil` when it was not sent.
    subscript(name: String) -> String? {
        self.fields.first { $0.name == name }?.value
    }

    /// All the field's values, in order.
    func all(_ name: String) -> [String] {
        self.fields.filter { $0.name == name }.map(\.value)
    }
}
