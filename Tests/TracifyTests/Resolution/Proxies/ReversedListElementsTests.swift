//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Testing

@testable import Tracify

/// A list's elements from the right: the nearest proxy's element comes first, regardless of the text before it.
struct ReversedListElementsTests {
    struct ListRow: Row {
        let text: String
        /// From the right.
        let expected: [String]
        let reason: String

        init(_ text: String, _ expected: [String], _ reason: String) {
            (self.text, self.expected, self.reason) = (text, expected, reason)
        }
    }

    private static func elements(_ text: String, hasQuotes: Bool) -> [String] {
        text.withBytes { ReversedListElements($0, hasQuotes: hasQuotes).map(\.text) }
    }

    static let plainRows: [ListRow] = [
        ListRow("a", ["a"], "one"),
        ListRow("a,b,c", ["c", "b", "a"], "the last first"),
        ListRow(" a ,\tb , c ", ["c", "b", "a"], "whitespace around the elements"),
        ListRow("", [""], "an empty text is one empty element"),
        ListRow(",", ["", ""], "two"),
        ListRow("a,,b", ["b", "", "a"], "an empty one between is seen: it is no address"),
        ListRow(",a", ["a", ""], "also in front, where a list was cut"),
        ListRow("a,", ["", "a"], "also at the end"),
        ListRow("a, \t ,b", ["b", "", "a"], "an element of whitespace"),
        ListRow("a b", ["a b"], "a space is not a separator"),
        ListRow("a;b", ["a;b"], "a semicolon is not a separator"),
        ListRow("a\u{FF0C}b", ["a\u{FF0C}b"], "a full-width comma is not a separator"),
    ]

    @Test(arguments: Self.plainRows)
    func splitsAtCommas(_ row: ListRow) {
        #expect(Self.elements(row.text, hasQuotes: false) == row.expected)
        #expect(Self.elements(row.text, hasQuotes: true) == row.expected, "the quoted mode splits an unquoted list alike")
    }

    @Test(arguments: [
        ListRow("a=\"b,c\"", ["a=\"b,c\""], "a comma in quotes"),
        ListRow("a=\"b\",c=\"d\"", ["c=\"d\"", "a=\"b\""], "a comma between quotes"),
        ListRow("a=\"b,c\",d=\"e,f\"", ["d=\"e,f\"", "a=\"b,c\""], "both"),
        ListRow("a=\"b\\\",c\",d", ["d", "a=\"b\\\",c\""], "an escaped quote closes nothing"),
        ListRow("a=\"b\\\\\",c", ["c", "a=\"b\\\\\""], "an escaped backslash before the closing quote"),
        ListRow("a=\"b\\\\\\\",c\",d", ["d", "a=\"b\\\\\\\",c\""], "an escaped backslash and an escaped quote"),
        ListRow("\",a", ["a", "\""], "a quote that the client opened swallows nothing of what a proxy appended"),
        ListRow("x=\"y,a,b=\"c,d\"", ["b=\"c,d\"", "a", "x=\"y"], "nor before quotes of the proxy's own"),
        ListRow("a,\"b", ["a,\"b"], "one that the nearest proxy did not close makes it all one element, which is malformed"),
    ])
    func keepsQuotedCommas(_ row: ListRow) {
        #expect(Self.elements(row.text, hasQuotes: true) == row.expected)
    }

    @Test func quotesAreLiteralInPlainList() {
        #expect(Self.elements("\"a,b\"", hasQuotes: false) == ["b\"", "\"a"])
    }

    /// Each byte is read a bounded number of times, even in runs of quotes or backslashes that require looking back.
    @Test(.timeLimit(.minutes(15)), arguments: [",", "\"", "\\\"", "\"\\", "\\", "\",", " ,", " "])
    func readsEachByteBoundedTimes(_ piece: String) {
        let text = String(repeating: piece, count: 50_000)
        #expect(text.withBytes { ReversedListElements($0, hasQuotes: true).reduce(0) { $0 + $1.count } } <= text.utf8.count)
    }
}
