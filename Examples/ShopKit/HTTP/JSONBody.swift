//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
import Tracify

/// Decodes JSON bodies, with errors that name the field.
enum JSONBody {
    /// Decodes a body.
    ///
    /// - Parameters:
    ///   - type: The type to decode.
    ///   - body: The bytes of the body.
    /// - Returns: The decoded value.
    /// - Throws: `ValidationError` for the body if it is not a JSON object, or for the field that has the wrong type.
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

    /// Returns the error for a decoding failure.
    ///
    /// The result contains neither the text of the decoding error, which is for programmers, nor text of the body, which may be
    /// personal data.
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

    /// Returns the contract's name of a field: `items[1].amount` is `AMT2`.
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
