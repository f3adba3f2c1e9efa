#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
import Tracify

/// Reads a JSON body into a `Decodable` value, with errors that name the field.
enum JSONBody {
    /// Reads a body.
    ///
    /// - Throws: `ValidationError` about the body when it is no JSON object, else about the field that has the wrong type.
    static func decode<Input: Decodable>(_ type: Input.Type, from body: [UInt8]) throws(ValidationError) -> Input {
        do {
            return try JSONDecoder().decode(type, from: Data(body))
        } catch let error as DecodingError {
            throw self.invalidValue(error)
        } catch {
            throw self.unreadable
        }
    }

    private static let unreadable = ValidationError(field: BodyFormat.field, code: .malformed, allowed: "a JSON object in UTF-8")

    /// Neither the error's own text nor the body's shows in the result: the one is for programmers, the other may be personal.
    private static func invalidValue(_ error: DecodingError) -> ValidationError {
        let path =
            switch error {
            case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context): context.codingPath
            case .keyNotFound(let key, let context): context.codingPath + [key]
            @unknown default: [any CodingKey]()
            }
        guard let last = path.last else { return self.unreadable }
        return ValidationError(field: self.name(of: last, at: path), code: .malformed, allowed: self.allowed(at: last))
    }

    /// The field's name as the contract has it: `items[1].amount` is `AMT2`.
    private static func name(of key: any CodingKey, at path: [any CodingKey]) -> String {
        guard let index = path.lazy.compactMap(\.intValue).first else { return key.stringValue }
        return switch key.stringValue {
        case "amount": ItemInput.amountField(index)
        case "quantity": ItemInput.quantityField(index)
        default: ItemInput.nameField(index)
        }
    }

    private static func allowed(at key: any CodingKey) -> String {
        guard key.intValue == nil else { return "an object with name, amount and quantity" }
        return switch key.stringValue {
        case "amount": "a number or a text, with at most two decimals after a point"
        case "quantity": "a whole number"
        case "items": "a list of objects with name, amount and quantity"
        default: "a text"
        }
    }
}
