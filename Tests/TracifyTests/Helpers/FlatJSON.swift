//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Foundation
import Testing
import Tracify

/// A JSON document as one dictionary from path to value, such as `events[0].data.origin` to `"https://www.example.com"`: two
/// documents differ where their dictionaries do.
///
/// Foundation reads the document, independently of the library's own parser. It is `JSONDecoder`, because `JSONSerialization` on Linux
/// loses U+FEFF at the start of a string.
enum FlatJSON {
    /// The values as JSON text: strings in quotes, numbers without.
    static func texts(_ bytes: some Sequence<UInt8>) throws -> [String: String] {
        try self.flat(bytes)
            .mapValues { value in
                switch value {
                case .string(let bytes): "\"" + String(decoding: bytes, as: UTF8.self) + "\""
                case .other(let text): text
                }
            }
    }

    /// A value whose text is compared byte by byte, because `String` compares by canonical equivalence.
    enum Value: Hashable {
        case string([UInt8])
        case other(String)

        init(_ text: String) {
            self = .string(Array(text.utf8))
        }

        /// Without U+FEFF in a string.
        var withoutByteOrderMark: Value {
            guard case .string(let bytes) = self else { return self }
            let scalars = String(decoding: bytes, as: UTF8.self).unicodeScalars.filter { $0 != "\u{FEFF}" }
            return Value(String(String.UnicodeScalarView(scalars)))
        }
    }

    static func flat(_ bytes: some Sequence<UInt8>) throws -> [String: Value] {
        var result: [String: Value] = [:]
        try JSONDecoder().decode(Tree.self, from: Data(bytes)).add(path: "", to: &result)
        return result
    }

    /// The same with `JSONSerialization`, which on Linux loses U+FEFF at the start of a string and after each escape.
    static func flatBySerialization(_ bytes: some Sequence<UInt8>) throws -> [String: Value] {
        var result: [String: Value] = [:]
        try self.add(JSONSerialization.jsonObject(with: Data(bytes)), path: "", to: &result)
        return result
    }

    private static func add(_ value: Any, path: String, to result: inout [String: Value]) throws {
        switch value {
        case let text as String:
            result[path] = Value(text)
        case let number as NSNumber:
            result[path] = .other("\(number)")
        case let elements as [Any]:
            for (index, element) in elements.enumerated() { try self.add(element, path: "\(path)[\(index)]", to: &result) }
        case let members as [String: Any]:
            if members.isEmpty { result[path] = .other("{}") }
            for (key, member) in members { try self.add(member, path: path.isEmpty ? key : "\(path).\(key)", to: &result) }
        default:
            throw DecodingError.typeMismatch(Any.self, .init(codingPath: [], debugDescription: "\(type(of: value)) at \(path)"))
        }
    }

    private enum Tree: Decodable {
        case leaf(Value)
        case array([Tree])
        case object([String: Tree])

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let text = try? container.decode(String.self) {
                self = .leaf(Value(text))
            } else if let number = try? container.decode(Int.self) {
                self = .leaf(.other("\(number)"))
            } else if let elements = try? container.decode([Tree].self) {
                self = .array(elements)
            } else {
                self = .object(try container.decode([String: Tree].self))
            }
        }

        func add(path: String, to result: inout [String: Value]) {
            switch self {
            case .leaf(let value):
                result[path] = value
            case .array(let elements):
                for (index, element) in elements.enumerated() { element.add(path: "\(path)[\(index)]", to: &result) }
            case .object(let members):
                if members.isEmpty { result[path] = .other("{}") }
                for (key, member) in members { member.add(path: path.isEmpty ? key : "\(path).\(key)", to: &result) }
            }
        }
    }
}

/// Runs `body`, which must throw a `ValidationError`, and returns it.
func invalidValue<Result>(
    sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () throws -> Result
) throws -> ValidationError {
    let error = #expect(throws: ValidationError.self, sourceLocation: sourceLocation) { _ = try body() }
    return try #require(error, sourceLocation: sourceLocation)
}
