//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Foundation
import Testing

@testable import Tracify

/// Valid and malformed JSON, after Nicolas Seriot's JSONTestSuite.
struct JSONParserTests {
    struct TextRow: Row {
        let bytes: [UInt8]
        let reason: String

        init(_ text: String, _ reason: String) {
            (self.bytes, self.reason) = (Array(text.utf8), reason)
        }

        init(_ bytes: [UInt8], _ reason: String) {
            (self.bytes, self.reason) = (bytes, reason)
        }
    }

    private static func nested(_ depth: Int, _ inner: String = "") -> String {
        String(repeating: "[", count: depth) + inner + String(repeating: "]", count: depth)
    }

    @Test(arguments: [
        TextRow("[]", "an empty array"),
        TextRow("{}", "an empty object"),
        TextRow(" \t\r\n[ \t\r\n] \t\r\n", "all whitespace characters"),
        TextRow("{ \"a\" : [ 1 , 2 ] , \"b\" : { } }", "whitespace within"),
        TextRow("null", "null alone"),
        TextRow("true", "a boolean alone"),
        TextRow("\"\"", "an empty string alone"),
        TextRow("0", "a number alone"),
        TextRow("[-0]", "negative zero"),
        TextRow("[-1]", "a negative number"),
        TextRow("[10, 120, 1.5, -0.0, 0.10]", "numbers"),
        TextRow("[1e5, 1E5, 1e+5, 1e-5, 0e0, 0.1E-10]", "exponents"),
        TextRow("[123456789012345678901234567890.5]", "more digits than a double holds"),
        TextRow("[1e999, -1e999]", "more than a double holds"),
        TextRow(#"["\" \\ \/ \b \f \n \r \t \u00e9 \u00E9"]"#, "every escape"),
        TextRow(#"["\u0000\u001f\u007f"]"#, "escaped controls"),
        TextRow(#"["\ud83d\ude00 \uDBFF\uDFFF \ud800\udc00"]"#, "surrogate pairs"),
        TextRow(#"["\uFFFE\uFFFF\ufdd0"]"#, "noncharacters"),
        TextRow("[\"\u{7F}\u{80}\u{2028}\u{2029}\u{FEFF}\u{FFFF}\u{10FFFF}\"]", "raw characters that need no escape"),
        TextRow(#"{"a":1,"a":2,"":3}"#, "keys that repeat and an empty one"),
        TextRow(#"{"\u0061\ud83d\ude00":1}"#, "escapes in a key"),
        TextRow(nested(32), "as deep as allowed"),
        TextRow(nested(32, "1"), "as deep as allowed, with a number in it"),
    ])
    func acceptsValidJSON(_ row: TextRow) {
        #expect(throws: Never.self) { _ = try JSONParser.parse(row.bytes) }
    }

    @Test(arguments: [
        TextRow("", "nothing"),
        TextRow(" \n", "whitespace only"),
        TextRow("[", "an open array"),
        TextRow("]", "a closing bracket"),
        TextRow("[1", "an open array with a value"),
        TextRow("[1,", "an open array after a comma"),
        TextRow("[1,]", "a trailing comma in an array"),
        TextRow("[,1]", "a comma in front"),
        TextRow("[1,,2]", "two commas"),
        TextRow("[,]", "only a comma"),
        TextRow("[1 2]", "no comma"),
        TextRow("[1:2]", "a colon in an array"),
        TextRow("[]]", "a bracket too many"),
        TextRow("[1}", "the wrong end of an array"),
        TextRow("{", "an open object"),
        TextRow("{\"a\"", "an open object after a key"),
        TextRow("{\"a\":", "an open object after a colon"),
        TextRow("{\"a\":1", "an open object after a value"),
        TextRow("{\"a\":1,}", "a trailing comma in an object"),
        TextRow("{,}", "only a comma in an object"),
        TextRow("{\"a\" 1}", "no colon"),
        TextRow("{\"a\"::1}", "two colons"),
        TextRow("{\"a\",\"b\"}", "no values"),
        TextRow("{a:1}", "a key without quotes"),
        TextRow("{'a':1}", "a key in single quotes"),
        TextRow("{1:1}", "a number as key"),
        TextRow("{\"a\":1]", "the wrong end of an object"),
        TextRow("{\"a\":1}x", "text after the value"),
        TextRow("{} {}", "two values"),
        TextRow("1,", "a comma after the value"),
        TextRow("['a']", "single quotes"),
        TextRow("[a]", "a word"),
        TextRow("[True]", "a capital letter"),
        TextRow("[tru]", "a word too short"),
        TextRow("[truee]", "a word too long"),
        TextRow("nul", "a word that ends with the text"),
        TextRow("[NaN]", "no number"),
        TextRow("[Infinity]", "infinity"),
        TextRow("[undefined]", "undefined"),
        TextRow("[01]", "a leading zero"),
        TextRow("[-01]", "a negative leading zero"),
        TextRow("[00]", "two zeros"),
        TextRow("[+1]", "a plus"),
        TextRow("[-]", "only a minus"),
        TextRow("[--1]", "two minuses"),
        TextRow("[- 1]", "a space after the minus"),
        TextRow("[1.]", "no digit after the point"),
        TextRow("[.5]", "no digit before the point"),
        TextRow("[1.2.3]", "two points"),
        TextRow("[1e]", "no exponent"),
        TextRow("[1e+]", "no exponent after its sign"),
        TextRow("[1e1.5]", "a broken exponent"),
        TextRow("[1.e1]", "an exponent after the point"),
        TextRow("[0x1F]", "hexadecimal"),
        TextRow("[1_000]", "grouping"),
        TextRow("[\u{FF11}]", "a full-width digit"),
        TextRow("-", "a minus that ends with the text"),
        TextRow("[\"a]", "an open string"),
        TextRow("\"", "only a quote"),
        TextRow("[\"\\\"]", "an escaped quote at the end"),
        TextRow("\"\\", "a backslash at the end"),
        TextRow(#"["\x41"]"#, "an escape that JSON does not have"),
        TextRow(#"["\'"]"#, "an escaped single quote"),
        TextRow(#"["\a"]"#, "an escaped letter"),
        TextRow(#"["\U0041"]"#, "a capital U"),
        TextRow(#"["\u004"]"#, "three digits"),
        TextRow(#"["\u004g"]"#, "no hexadecimal digit"),
        TextRow(#"["\u+041"]"#, "a sign in an escape"),
        TextRow("\"\\u00", "an escape that ends with the text"),
        TextRow(#"["\ud800"]"#, "the first half of a pair"),
        TextRow(#"["\ud800x"]"#, "the first half and a letter"),
        TextRow(#"["\ud800\n"]"#, "the first half and another escape"),
        TextRow(#"["\ud800\u0041"]"#, "the first half and a letter's escape"),
        TextRow(#"["\ud800\ud800"]"#, "the first half twice"),
        TextRow(#"["\udc00"]"#, "the second half"),
        TextRow(#"["\udc00\ud800"]"#, "the halves the wrong way round"),
        TextRow("\"\\ud800\\", "the first half and a backslash at the end"),
        TextRow("\"\\ud800\\u", "the first half and an escape without digits at the end"),
        TextRow("[\"a\u{0}b\"]", "a raw NUL"),
        TextRow("[\"a\nb\"]", "a raw line break"),
        TextRow("[\"a\tb\"]", "a raw tabulator"),
        TextRow("[\"a\u{1F}b\"]", "the last raw control"),
        TextRow("[\"\\\\\u{1}\"]", "a raw control after an escape"),
        TextRow("[\u{0}]", "NUL between values"),
        TextRow("[]\u{0}", "NUL after the value"),
        TextRow("\u{FEFF}[]", "a byte order mark"),
        TextRow("[\u{A0}]", "a no-break space as whitespace"),
        TextRow("[\u{C}]", "a form feed as whitespace"),
        TextRow("[]//", "a comment"),
        TextRow("[/**/]", "a comment within"),
        TextRow("[1]#", "another comment"),
        TextRow("[*]", "an asterisk"),
        TextRow([0x5B, 0xFF, 0x5D], "no UTF-8 between values"),
        TextRow([0x22, 0x80, 0x22], "a continuation byte alone"),
        TextRow([0x22, 0xC3, 0x22], "a start byte alone"),
        TextRow([0x22, 0xC0, 0x80, 0x22], "NUL in two bytes"),
        TextRow([0x22, 0xE0, 0x80, 0xAF, 0x22], "a slash in three bytes"),
        TextRow([0x22, 0xED, 0xA0, 0x80, 0x22], "a surrogate in UTF-8"),
        TextRow([0x22, 0xF4, 0x90, 0x80, 0x80, 0x22], "beyond the last plane"),
        TextRow([0x22, 0xFF, 0x22], "a byte that UTF-8 does not have"),
        TextRow([0x22, 0x5C, 0x6E, 0xE9, 0x22], "Latin-1 after an escape"),
        TextRow([0x5B, 0x00, 0x5D, 0x00], "UTF-16"),
        TextRow([0x7B, 0x22, 0xE9, 0x22, 0x3A, 0x31, 0x7D], "Latin-1 in a key"),
        TextRow(nested(33), "one deeper than allowed"),
        TextRow(nested(33, "1"), "one deeper than allowed, with a number in it"),
        TextRow(String(repeating: "[", count: 100_000), "far deeper, never closed"),
        TextRow(String(repeating: "{\"a\":", count: 100_000), "objects far deeper"),
        TextRow(nested(100_000), "far deeper"),
    ])
    func throwsForMalformedJSON(_ row: TextRow) {
        let error = #expect(throws: JSONParsingError.self) { _ = try JSONParser.parse(row.bytes) }
        #expect(error.map { (0...row.bytes.count).contains($0.offset) } == true)
    }

    @Test func preservesOrderRepeatsAndNumberText() throws {
        let value = try JSONParser.parse(Array(#"{"b":1.50,"a":[true,null,"x"],"b":-0e0}"#.utf8))
        guard case .object(let members) = value else {
            Issue.record("the value is not an object")
            return
        }
        #expect(members.map(\.key) == ["b", "a", "b"])
        #expect(members.map(\.value) == [.number("1.50"), .array([.bool(true), .null, .string("x")]), .number("-0e0")])
        #expect(value[key: "b"] == .number("1.50"))
        #expect(value[key: "c"] == nil)
    }

    @Test func decodesEscapes() throws {
        let value = try JSONParser.parse(Array(#""\"\\\/\b\f\n\r\t\u0000\u00e9\ud83d\ude00\uFFFF""#.utf8))
        #expect(value.string.map { Array($0.utf8) } == Array("\"\\/\u{8}\u{C}\n\r\t\u{0}\u{E9}\u{1F600}\u{FFFF}".utf8))
    }

    @Test func errorHasByteOffset() {
        let error = #expect(throws: JSONParsingError.self) { _ = try JSONParser.parse(Array(#"{"secret": [1, 2,]}"#.utf8)) }
        #expect(error?.offset == 17)
        #expect(error?.description.contains("secret") == false)
    }
}
