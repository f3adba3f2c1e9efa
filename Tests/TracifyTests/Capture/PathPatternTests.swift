//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Testing

@testable import Tracify

struct PathPatternTests {
    struct MatchRow: Row {
        let pattern: String
        let target: String
        let isMatch: Bool
        let reason: String

        init(_ pattern: String, _ target: String, _ isMatch: Bool, _ reason: String) {
            (self.pattern, self.target, self.isMatch, self.reason) = (pattern, target, isMatch, reason)
        }
    }

    @Test(arguments: [
        MatchRow("/", "/", true, "the root"),
        MatchRow("/", "/a", false, "the root is no prefix"),
        MatchRow("/about", "/about", true, "a path"),
        MatchRow("/about", "/about/", true, "a slash at the end is as none"),
        MatchRow("/about/", "/about", true, "also at the pattern's"),
        MatchRow("/about", "/about//", true, "or as two"),
        MatchRow("/about", "/About", true, "case does not count"),
        MatchRow("/about", "/about/us", false, "longer"),
        MatchRow("/about", "/abou", false, "shorter"),
        MatchRow("/about", "/aboutus", false, "a segment that begins alike"),
        MatchRow("/a%20b", "/a%20b", true, "escapes on both sides"),
        MatchRow("/a", "/%61", true, "as they decode"),
        MatchRow("/products/*", "/products/tea", true, "any segment"),
        MatchRow("/products/*", "/products/", false, "which is not empty"),
        MatchRow("/products/*", "/products", false, "and is there"),
        MatchRow("/products/*", "/products/tea/green", false, "and only one"),
        MatchRow("/*/products", "/de/products", true, "any segment in front"),
        MatchRow("/*/*", "/a/b", true, "two"),
        MatchRow("/*/*", "/a", false, "two are not one"),
        MatchRow("/admin/**", "/admin/users/7", true, "any suffix"),
        MatchRow("/admin/**", "/admin/", true, "nothing"),
        MatchRow("/admin/**", "/admin", true, "not even a slash"),
        MatchRow("/admin/**", "/administrator", false, "a segment that begins alike"),
        MatchRow("/**", "/", true, "everything"),
        MatchRow("/**", "/a/b/c", true, "everything else"),
        MatchRow("/**", "*", false, "but no asterisk"),
        MatchRow("/**", "", false, "and not nothing"),
        MatchRow("/admin/**", "//admin/x", true, "an empty segment is none"),
        MatchRow("/admin/**", "/x/../admin/x", true, "dots are resolved"),
        MatchRow("/admin/**", "/%61dmin/x", true, "escapes are decoded"),
        MatchRow("/admin/**", "/./admin/x", true, "a dot alone is none"),
        MatchRow("/admin/**", "/x/%2e%2E/Admin/x", true, "all of this together"),
        MatchRow("/admin/**", "/../../admin", true, "there is nothing above the root"),
        MatchRow("/admin/**", "/admin/../x", false, "what is left counts"),
        MatchRow("/admin/**", "/.../admin", false, "three dots are a name"),
        MatchRow("/A%2Fb", "/a%2fB", true, "an escaped slash separates nothing in both"),
        MatchRow("/a+b", "/a%20b", false, "a plus sign is no space in a path"),
        MatchRow("/admin/**", "/admin%2Fx", false, "an escaped slash separates nothing"),
        MatchRow("/admin/**", "/admin\\x", false, "nor does a backslash"),
        MatchRow("/admin/**", "/admin;v=1/x", false, "a parameter of the segment is part of it"),
        MatchRow("/admin/**", "/admin\u{0}/x", false, "NUL is part of it, too"),
        MatchRow("/admin/**", "/\u{202E}admin/x", false, "and so is a bidi control"),
        MatchRow("/caf\u{E9}", "/cafe\u{301}", false, "bytes are compared, and not letters"),
        MatchRow("/**", "/" + String(repeating: "/", count: 10_000), true, "10,000 empty segments"),
        MatchRow("/*/*", "/" + String(repeating: "/", count: 10_000), false, "which are no segments for a star"),
        MatchRow("/*", "/" + String(repeating: "x", count: 10_000), true, "a segment of 10 KB"),
    ])
    func matchesPaths(_ row: MatchRow) throws {
        #expect(try row.target.withBytes([PathPattern(row.pattern)].match) == row.isMatch)
    }

    @Test(arguments: ["", "about", "*", "/a*", "/*a", "/a/**/b", "/***", "/a?b", "/a#b", "https://shop.example/a"])
    func throwsForMalformedPatterns(text: String) throws {
        let error = try invalidValue { try PathPattern(text) }
        #expect(error.field == "path")
        #expect(error.allowed.contains("/products/*"))
    }

    @Test func limitsLength() throws {
        _ = try PathPattern("/" + String(repeating: "a", count: PathPattern.maximumLength - 1))
        let error = try invalidValue { try PathPattern("/" + String(repeating: "a", count: PathPattern.maximumLength)) }
        #expect(error.code == .tooLong)
    }
}
