//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import HTTPTypes
import Testing

@testable import Tracify

struct CampaignParametersTests {
    struct QueryRow: Row {
        let query: String
        var allowed: Set<String> = []
        let expected: [String]
        let reason: String

        init(_ query: String, allowed: Set<String> = [], _ expected: [String], _ reason: String) {
            (self.query, self.allowed, self.expected, self.reason) = (query, allowed, expected, reason)
        }
    }

    private static func texts(_ parameters: [URLParameter]) -> [String] {
        parameters.map { "\($0.name)=\($0.value)" }
    }

    @Test(arguments: [
        QueryRow("", [], "nothing"),
        QueryRow("utm_source=fb&utm_medium=paid", ["utm_source=fb", "utm_medium=paid"], "in the order they came"),
        QueryRow("trc_mcmp_id=1&trc_mag_id=2", ["trc_mcmp_id=1", "trc_mag_id=2"], "Tracify's own"),
        QueryRow("id=1&utm_source=a&token=t", ["utm_source=a"], "others are left behind"),
        QueryRow("&&utm_source=a&&", ["utm_source=a"], "empty pieces"),
        QueryRow("utm_source=a=b", ["utm_source=a=b"], "an equals sign in the value"),
        QueryRow("utm_source=", ["utm_source="], "an empty value"),
        QueryRow("utm_source", ["utm_source="], "no value"),
        QueryRow("=utm_source", [], "no name"),
        QueryRow("utm_source=a?b", ["utm_source=a?b"], "a question mark in the value"),
        QueryRow("utm_source=a;utm_medium=b", ["utm_source=a;utm_medium=b"], "a semicolon separates nothing"),

        QueryRow("utm_source=a%26b%3Dc", ["utm_source=a&b=c"], "encoded separators"),
        QueryRow("utm_source=a+b%20c%2Bd", ["utm_source=a b c+d"], "a plus is a space"),
        QueryRow("utm_source=%C3%A9%e2%82%ac", ["utm_source=\u{E9}\u{20AC}"], "UTF-8 in either case"),
        QueryRow("utm_source=\u{E9}", ["utm_source=\u{E9}"], "raw UTF-8"),
        QueryRow("utm_source=%2541", ["utm_source=%41"], "decoded once"),
        QueryRow("utm_source=100%", ["utm_source=100%"], "a lone percent sign at the end"),
        QueryRow("utm_source=100%&utm_medium=b", ["utm_source=100%", "utm_medium=b"], "a lone percent sign before a separator"),
        QueryRow("utm_source=%4", ["utm_source=%4"], "half an escape"),
        QueryRow("utm_source=%G1%41", ["utm_source=%G1A"], "no escape"),
        QueryRow("utm_source=%%41", ["utm_source=%A"], "a percent sign before an escape"),
        QueryRow("utm_source=%+41", ["utm_source=% 41"], "a plus within an escape"),
        QueryRow("utm_source=a%FFb", ["utm_source=a\u{FFFD}b"], "no UTF-8"),
        QueryRow("utm_source=%C3", ["utm_source=\u{FFFD}"], "half a letter"),
        QueryRow("utm_source=%00%0A%22", ["utm_source=\u{0}\n\""], "controls are decoded like others"),
        QueryRow(
            "utm_source=%C0%AF%E0%80%AF",
            ["utm_source=\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}"],
            "overlong slashes are no slash"
        ),
        QueryRow("utm_source=%ED%A0%80", ["utm_source=\u{FFFD}\u{FFFD}\u{FFFD}"], "a surrogate"),
        QueryRow("utm_source=%E2%80%AEx", ["utm_source=\u{202E}x"], "a bidi control, which JSON can hold"),
        QueryRow("utm_source=\u{202E}x", ["utm_source=\u{202E}x"], "also a raw one"),
        QueryRow("utm_source=e%CC%81", ["utm_source=e\u{301}"], "a combining mark is not composed"),
        QueryRow("utm_source=%0D%0AX-Evil:+1", ["utm_source=\r\nX-Evil: 1"], "a line break, which JSON escapes"),
        QueryRow("utm%5Fsource=a", ["utm_source=a"], "an encoded underscore in the name"),
        QueryRow("%75%74%6d_source=a", ["utm_source=a"], "an encoded name"),
        QueryRow("utm_source%00=a", [], "NUL in the name"),
        QueryRow("utm+source=a", [], "a plus in the name"),
        QueryRow("utm_%E2%80%AEsource=a&utm_\u{202E}b=c", [], "a bidi control in the name"),
        QueryRow("utm%C1%9Fsource=a", [], "an overlong underscore in the name"),
        QueryRow("%C1%B5tm_source=a", [], "an overlong letter in the name"),
        QueryRow("\u{FEFF}utm_source=a", [], "a byte order mark before the name"),
        QueryRow(" utm_source=a&+utm_medium=b", [], "a space before the name"),
        QueryRow("utm_source\u{200B}=a", [], "a zero-width space after the name"),
        QueryRow("utm_source%3Da=b", [], "an encoded equals sign in the name"),
        QueryRow("utm_source%26x=b", [], "an encoded separator in the name"),

        QueryRow("utm_source=a&utm_source=b", ["utm_source=a"], "the first value wins"),
        QueryRow("utm_source=&utm_source=b", ["utm_source="], "the first value wins, even when it is empty"),
        QueryRow("utm_source&utm_source=b", ["utm_source="], "the first value wins, even when there is none"),
        QueryRow("utm%5Fsource=a&utm_source=b", ["utm_source=a"], "the first value wins, however the name is written"),
        QueryRow("utm_source=a&UTM_SOURCE=b", ["utm_source=a"], "case counts"),

        QueryRow("UTM_source=a&Trc_id=b", [], "the prefix in upper case"),
        QueryRow("utm_Source=a&trc_ID9=b", ["utm_Source=a", "trc_ID9=b"], "the rest in any case"),
        QueryRow("utm_=a&trc_=b", [], "only a prefix"),
        QueryRow("utm__=a", ["utm__=a"], "an underscore after the prefix"),
        QueryRow("utm=a&utmsource=b&xutm_source=c", [], "no prefix"),
        QueryRow("utm_source[]=a&utm_source%5B0%5D=b", [], "brackets, raw and encoded"),
        QueryRow("utm_a-b=1&utm_a.b=2&utm_a b=3", [], "other characters in the name"),
        QueryRow("utm_\u{E9}=1&utm_%C3%A9=2", [], "a name that is not ASCII"),
        QueryRow("utm_source%CC%81=1", [], "a combining mark after the name"),

        QueryRow("gclid=x&fbclid=y", [], "not allowed by default"),
        QueryRow("gclid=x&fbclid=y", allowed: ["gclid"], ["gclid=x"], "one allowed"),
        QueryRow("GCLID=x&gclid=y", allowed: ["gclid"], ["gclid=y"], "case counts for allowed ones"),
        QueryRow("gc%6Cid=x", allowed: ["gclid"], ["gclid=x"], "allowed ones are decoded as well"),
        QueryRow("%E2%84%AAEY=x&KEY=y", allowed: ["KEY"], ["KEY=y"], "a kelvin sign is no K"),
        QueryRow("ORIGIN=x&referer=y&ITEM01=z&%6Frigin=w", [], "in another case, with a zero, encoded"),
        QueryRow(
            "utm_source=a&__proto__=b&constructor=c",
            ["utm_source=a"],
            "what other languages' readers of JSON stumble over"
        ),
        QueryRow("origin=x&Referer=y&order_id=1&amount=2&currency=3&ITEM1=4&cc=5", [], "the contract's own names"),
    ])
    func parsesQuery(_ row: QueryRow) {
        let parameters = Self.parse(row.query, allowing: row.allowed)
        #expect(Self.texts(parameters).map { Array($0.utf8) } == row.expected.map { Array($0.utf8) })
    }

    private static func parse(_ query: String, allowing allowed: Set<String>) -> [URLParameter] {
        query.withBytes { query in
            var redactor = Redactor(.off)
            return CampaignParameters.parse(query: query, allowing: allowed, &redactor)
        }
    }

    @Test func keepsAtMost32Parameters() {
        let query = (0..<10_000).map { "utm_\($0)=v" }.joined(separator: "&")
        let parameters = Self.parse(query, allowing: [])
        #expect(Self.texts(parameters) == (0..<32).map { "utm_\($0)=v" })
    }

    @Test func ignoresTenThousandOtherParameters() {
        let query = (0..<10_000).map { "x\($0)=v" }.joined(separator: "&") + "&utm_source=last"
        #expect(Self.texts(Self.parse(query, allowing: [])) == ["utm_source=last"])
    }

    @Test func keepsFirstOfTenThousandRepeats() {
        let query = (0..<10_000).map { "utm_source=\($0)" }.joined(separator: "&")
        #expect(Self.texts(Self.parse(query, allowing: [])) == ["utm_source=0"])
    }

    /// Parameters of a request, whose target is truncated: at most the limit, the first ones, and no partial value.
    @Test func limitsParametersOfRequest() throws {
        let query = (0..<10_000).map { "utm_\($0)=v\($0)" }.joined(separator: "&")
        let visit = try resolve(makeRequest("/?" + query))
        #expect(Self.texts(visit.parameters) == (0..<32).map { "utm_\($0)=v\($0)" })
        let others = (0..<10_000).map { "x\($0)=v" }.joined(separator: "&")
        #expect(try resolve(makeRequest("/?\(others)&utm_source=late")).parameters.isEmpty, "beyond the truncation limit")
        #expect(try Self.texts(resolve(makeRequest("/?utm_source=early&\(others)")).parameters) == ["utm_source=early"])
    }

    @Test(arguments: ["&", "=", "%", "+", "utm_", "utm_a=", "%75", "?", "&=", "utm_a&", ";"])
    func handlesEightKilobytesOfOnePiece(_ piece: String) throws {
        let text = String(repeating: piece, count: 8192 / piece.utf8.count)
        let parameters = try resolve(makeRequest("/?\(text)&utm_id=x")).parameters
        #expect(parameters.count <= 2)
        #expect(parameters.allSatisfy { $0.name.utf8.count <= 64 && $0.value.utf8.count <= 512 })
    }

    @Test(arguments: [
        (512, "a", true), (513, "a", false), (8192, "a", false), (512, "%61", true), (513, "%61", false), (256, "%C3%A9", true),
        (257, "%C3%A9", false),
        // A byte that is not UTF-8 becomes three bytes.
        (170, "%FF", true), (171, "%FF", false),
    ])
    func dropsOverlongValues(count: Int, piece: String, isKept: Bool) {
        let query = "utm_source=\(String(repeating: piece, count: count))&utm_medium=b"
        let parameters = Self.parse(query, allowing: [])
        #expect(parameters.map(\.name) == (isKept ? ["utm_source", "utm_medium"] : ["utm_medium"]))
    }

    @Test func droppedFirstValueIsNotReplaced() {
        let query = "utm_source=\(String(repeating: "a", count: 513))&utm_source=b"
        #expect(Self.parse(query, allowing: []) == [])
    }

    @Test(arguments: [(64, true), (65, false), (192, false), (193, false), (5000, false)])
    func dropsOverlongNames(length: Int, isKept: Bool) {
        let name = "utm_" + String(repeating: "n", count: length - 4)
        #expect(Self.parse("\(name)=a", allowing: []).map(\.name) == (isKept ? [name] : []))
    }

    @Test func decodesLongPercentEncodedName() {
        let name = String(repeating: "n", count: 60)
        let query = "utm_" + String(repeating: "%6E", count: 60) + "=a"
        #expect(Self.parse(query, allowing: []).map(\.name) == ["utm_\(name)"])
    }

    @Test func readsParametersFromRequest() throws {
        var configuration = CaptureConfiguration()
        configuration.urlParameters = ["gclid"]
        let visit = try resolve(makeRequest("/a?utm_source=fb&gclid=x&y=z#utm_medium=no"), configuration: configuration)
        #expect(Self.texts(visit.parameters) == ["utm_source=fb", "gclid=x"])
        #expect(try Self.texts(resolve(makeRequest("http://b.example?utm_source=x")).parameters) == ["utm_source=x"])
        #expect(try resolve(makeRequest("/a")).parameters == [])
    }

    /// The `Referer` field is truncated as well.
    ///
    /// When a page's script sends the request, the parameters are those of the referring page.
    @Test(arguments: [0, 1, 20, 100])
    func dropsParameterCutByRefererLimit(_ beyond: Int) throws {
        let value = String(repeating: "v", count: 200)
        let head = "https://shop.example/tea?utm_source=fb&x="
        let tail = "&utm_id=\(value)"
        let padding = String(
            repeating: "x",
            count: RequestRecord.maximumRefererLength + beyond - head.utf8.count - tail.utf8.count
        )
        let fields = [(name: "Referer", value: head + padding + tail), (name: "User-Agent", value: "a")]
        let expected = beyond == 0 ? ["utm_source=fb", "utm_id=\(value)"] : ["utm_source=fb"]
        let visit = try resolve(makeRequest("/api/cart", method: .post, fields + [("Sec-Fetch-Mode", "cors")]))
        #expect(Self.texts(visit.parameters) == expected)
        #expect(visit.url.text == "https://shop.example/tea")

        // A session's first event may use the parameters of a referring page of the same site.
        var cache = IdentityCache(capacity: 2)
        let found = try makeRecord(makeRequest("/", fields)).resolve(with: &cache, by: .default, at: .pageExample)
        let resolved = try #require(found)
        #expect(Self.texts(resolved.refererParameters) == expected)
    }

    /// A target is truncated at a limit.
    ///
    /// The parameter at the limit is dropped, because a partial click id is useless.
    @Test(arguments: [0, 1, 20, 100])
    func dropsParameterCutByTargetLimit(_ beyond: Int) throws {
        let value = String(repeating: "v", count: 200)
        let head = "/?utm_source=fb&x="
        let tail = "&utm_id=\(value)"
        let padding = String(
            repeating: "x",
            count: RequestRecord.maximumTargetLength + beyond - head.utf8.count - tail.utf8.count
        )
        let visit = try resolve(makeRequest(head + padding + tail))
        let expected = beyond == 0 ? ["utm_source=fb", "utm_id=\(value)"] : ["utm_source=fb"]
        #expect(Self.texts(visit.parameters) == expected)
    }
}
