import Tracify

/// How many pieces, as it was sent.
struct QuantityField: Decodable {
    let value: Int

    /// Reads a form's field.
    ///
    /// - Throws: `ValidationError` about `quantity`.
    init(text: String) throws(ValidationError) {
        guard let value = Int(text) else {
            throw ValidationError(field: "quantity", code: .malformed, allowed: "a whole number")
        }
        self.value = value
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let value = try? container.decode(Int.self) else {
            // The decoder's own error does not say where a number is that does not fit.
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a whole number")
        }
        self.value = value
    }
}
