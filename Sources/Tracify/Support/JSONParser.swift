//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// A strict JSON parser (RFC 8259).
///
/// It rejects comments, trailing commas, invalid UTF-8, unpaired surrogates and text after the value.
package struct JSONParser {
    /// The maximum nesting depth of arrays and objects.
    ///
    /// The contract needs 4 levels. The limit prevents hostile input from exhausting the stack.
    static let maximumDepth = 32

    private let bytes: [UInt8]
    private var index = 0

    /// Parses one JSON value that makes up the whole input.
    ///
    /// - Parameter bytes: The JSON text in UTF-8. Whitespace around the value is allowed.
    /// - Returns: The value.
    /// - Throws: ``JSONParsingError`` at the first syntax error.
    package static func parse(_ bytes: [UInt8]) throws(JSONParsingError) -> JSONValue {
        var parser = JSONParser(bytes: bytes)
        parser.skipWhitespace()
        let value = try parser.parseValue(depth: 0)
        parser.skipWhitespace()
        guard parser.index == bytes.count else { throw parser.malformed("unexpected text after the value") }
        return value
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    private func malformed(_ problem: String) -> JSONParsingError {
        JSONParsingError(offset: self.index, problem: problem)
    }

    private var current: UInt8? {
        self.index < self.bytes.count ? self.bytes[self.index] : nil
    }

    private mutating func skipWhitespace() {
        while let byte = self.current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { self.index += 1 }
    }

    private mutating func expect(_ byte: UInt8, _ problem: String) throws(JSONParsingError) {
        guard self.current == byte else { throw self.malformed(problem) }
        self.index += 1
    }

    private mutating func parseValue(depth: Int) throws(JSONParsingError) -> JSONValue {
        guard let byte = self.current else { throw self.malformed("unexpected end of input") }
        guard depth < JSONParser.maximumDepth || byte != UInt8(ascii: "{") && byte != UInt8(ascii: "[") else {
            throw self.malformed("nesting deeper than \(JSONParser.maximumDepth)")
        }
        switch byte {
        case UInt8(ascii: "{"): return try self.parseObject(depth: depth)
        case UInt8(ascii: "["): return try self.parseArray(depth: depth)
        case UInt8(ascii: "\""): return .string(try self.parseString())
        case UInt8(ascii: "t"): return try self.parseWord("true", .bool(true))
        case UInt8(ascii: "f"): return try self.parseWord("false", .bool(false))
        case UInt8(ascii: "n"): return try self.parseWord("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try self.parseNumber()
        default: throw self.malformed("expected a value")
        }
    }

    private mutating func parseObject(depth: Int) throws(JSONParsingError) -> JSONValue {
        self.index += 1
        var members: [JSONValue.Member] = []
        self.skipWhitespace()
        if self.current == UInt8(ascii: "}") {
            self.index += 1
            return .object(members)
        }
        while true {
            self.skipWhitespace()
            guard self.current == UInt8(ascii: "\"") else { throw self.malformed("expected a key in quotes") }
            let key = try self.parseString()
            self.skipWhitespace()
            try self.expect(UInt8(ascii: ":"), "expected a colon")
            self.skipWhitespace()
            members.append(JSONValue.Member(key: key, value: try self.parseValue(depth: depth + 1)))
            self.skipWhitespace()
            guard self.current == UInt8(ascii: ",") else { break }
            self.index += 1
        }
        try self.expect(UInt8(ascii: "}"), "expected a comma or a closing brace")
        return .object(members)
    }

    private mutating func parseArray(depth: Int) throws(JSONParsingError) -> JSONValue {
        self.index += 1
        var elements: [JSONValue] = []
        self.skipWhitespace()
        if self.current == UInt8(ascii: "]") {
            self.index += 1
            return .array(elements)
        }
        while true {
            self.skipWhitespace()
            elements.append(try self.parseValue(depth: depth + 1))
            self.skipWhitespace()
            guard self.current == UInt8(ascii: ",") else { break }
            self.index += 1
        }
        try self.expect(UInt8(ascii: "]"), "expected a comma or a closing bracket")
        return .array(elements)
    }

    private mutating func parseWord(_ word: StaticString, _ value: JSONValue) throws(JSONParsingError) -> JSONValue {
        let expected = UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
        guard self.bytes[self.index...].starts(with: expected) else { throw self.malformed("expected a value") }
        self.index += expected.count
        return value
    }

    private mutating func parseNumber() throws(JSONParsingError) -> JSONValue {
        let start = self.index
        if self.current == UInt8(ascii: "-") { self.index += 1 }
        if self.current == UInt8(ascii: "0") {
            self.index += 1
        } else {
            try self.skipDigits()
        }
        if self.current == UInt8(ascii: ".") {
            self.index += 1
            try self.skipDigits()
        }
        if self.current == UInt8(ascii: "e") || self.current == UInt8(ascii: "E") {
            self.index += 1
            if self.current == UInt8(ascii: "+") || self.current == UInt8(ascii: "-") { self.index += 1 }
            try self.skipDigits()
        }
        return .number(String(decoding: self.bytes[start..<self.index], as: UTF8.self))
    }

    private mutating func skipDigits() throws(JSONParsingError) {
        let start = self.index
        while let byte = self.current, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { self.index += 1 }
        guard self.index > start else { throw self.malformed("expected a digit") }
    }

    private mutating func parseString() throws(JSONParsingError) -> String {
        self.index += 1
        let start = self.index
        while let byte = self.current, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 { self.index += 1 }
        if self.current == UInt8(ascii: "\"") {
            defer { self.index += 1 }
            return try self.text(self.bytes[start..<self.index])
        }

        var content = [UInt8](self.bytes[start..<self.index])
        while let byte = self.current {
            switch byte {
            case UInt8(ascii: "\""):
                let text = try self.text(content[...])
                self.index += 1
                return text
            case UInt8(ascii: "\\"):
                self.index += 1
                try self.parseEscape(into: &content)
            case 0..<0x20:
                throw self.malformed("unescaped control character in a string")
            default:
                content.append(byte)
                self.index += 1
            }
        }
        throw self.malformed("expected a closing quote")
    }

    private func text(_ bytes: ArraySlice<UInt8>) throws(JSONParsingError) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw self.malformed("invalid UTF-8 in a string") }
        return text
    }

    private mutating func parseEscape(into content: inout [UInt8]) throws(JSONParsingError) {
        guard let byte = self.current else { throw self.malformed("unexpected end of input") }
        self.index += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): content.append(byte)
        case UInt8(ascii: "b"): content.append(0x08)
        case UInt8(ascii: "f"): content.append(0x0C)
        case UInt8(ascii: "n"): content.append(0x0A)
        case UInt8(ascii: "r"): content.append(0x0D)
        case UInt8(ascii: "t"): content.append(0x09)
        case UInt8(ascii: "u"):
            var scalar = UInt32(try self.parseHex())
            if (0xD800...0xDBFF).contains(scalar) {
                guard self.bytes[self.index...].starts(with: [UInt8(ascii: "\\"), UInt8(ascii: "u")]) else {
                    throw self.malformed("unpaired surrogate")
                }
                self.index += 2
                let low = UInt32(try self.parseHex())
                guard (0xDC00...0xDFFF).contains(low) else { throw self.malformed("unpaired surrogate") }
                scalar = 0x10000 + (scalar - 0xD800) << 10 + (low - 0xDC00)
            }
            guard let scalar = Unicode.Scalar(scalar) else { throw self.malformed("unpaired surrogate") }
            content.append(contentsOf: UTF8.encode(scalar).map(Array.init) ?? [])
        default:
            throw self.malformed("invalid escape sequence")
        }
    }

    private mutating func parseHex() throws(JSONParsingError) -> UInt16 {
        var value: UInt16 = 0
        for _ in 0..<4 {
            guard let byte = self.current, let nibble = HexDigits.value(byte) else {
                throw self.malformed("expected a hexadecimal digit")
            }
            value = value << 4 | UInt16(nibble)
            self.index += 1
        }
        return value
    }
}
