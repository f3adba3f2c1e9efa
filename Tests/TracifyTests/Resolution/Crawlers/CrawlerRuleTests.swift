//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Testing

@testable import Tracify

struct CrawlerRuleTests {
    struct AgentRow: Row {
        let header: String
        let isCrawler: Bool
        let reason: String

        static func crawler(_ header: String, _ reason: String) -> AgentRow {
            AgentRow(header: header, isCrawler: true, reason: reason)
        }

        static func person(_ header: String, _ reason: String) -> AgentRow {
            AgentRow(header: header, isCrawler: false, reason: reason)
        }
    }

    @Test(arguments: [
        // Recognized by a word.
        AgentRow.crawler("Mozilla/5.0 Googlebot", "a word that ends in bot"),
        .crawler("Mozilla/5.0 (Linux; Android 6) FOOBOT/1.0", "upper case"),
        .crawler("Mozilla/5.0 foobot2", "a digit is no letter"),
        .crawler("Mozilla/5.0 (bots)", "many bots"),
        .person("Mozilla/5.0 Bottle/2", "a word that only begins with bot"),
        .crawler("Mozilla/5.0 SiteCrawler", "crawl anywhere"),
        .crawler("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 HeadlessChrome/126.0 Safari/537.36", "a headless browser"),
        .crawler("Mozilla/5.0 (+http://example.org/about)", "an address to ask at"),
        .crawler("Mozilla/5.0 (X11) www.example.org", "an address without a scheme"),
        .crawler("Mozilla/5.0 (X11) Safari/537.36 example.com", "only its host"),
        .person("Mozilla/5.0 (Linux; Android 7.0; wv) [air.com.example/1.0]", "an app's identifier"),
        .crawler("Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; Foo) Chrome/126.0", "something behind the engine's name"),

        // Phones whose names end in "bot".
        .person("Mozilla/5.0 (Linux; Android 11; CUBOT_X50) AppleWebKit/537.36 Chrome/120 Mobile Safari/537.36", "Cubot"),
        .person("Mozilla/5.0 (Linux; Android 9; Cubot Build/PPR1) Chrome/96", "Cubot, without a model"),
        .person("Mozilla/5.0 (Linux; Android 6.0; B BOT 50 Build/MRA58K) Chrome/60.0", "a Positivo of two words"),
        .person("Mozilla/5.0 (Linux; Android 6.0; IDbot553 Build/MRA58K) Chrome/60.0", "a Positivo of one word"),
        .crawler("Mozilla/5.0 (Linux; Android 11; CUBOT_X50) Chrome/120 Foobot/1", "a bot that is seen with a Cubot"),
        .crawler("Mozilla/5.0 (bbot)", "no Positivo"),

        // Recognized by a name within a browser-like header.
        .crawler("Mozilla/5.0 (X11; Linux x86_64) Chrome/104.0 Safari/537.36 PTST/277", "WebPageTest"),
        .crawler("Mozilla/5.0 (Macintosh) Safari/537.36 Chrome-Lighthouse", "Lighthouse"),
        .crawler("Mozilla/5.0 (Linux; Android 8) AdsBot-Google-Mobile", "a name that ends in Google"),
        .person("Mozilla/5.0 (iPhone; CPU iPhone OS 17_6 like Mac OS X) GSA/340.3 Mobile/15E148", "Google's app"),

        // Recognized by the header's shape.
        .person("Mozilla/5.0", "nothing but the start"),
        .person("Mozilla", "less than that"),
        .person("mozilla/5.0 (windows nt 10.0; win64; x64)", "lower case"),
        .person("Mozilla/5.0 (X11; Linux x86_64) Unheard/1.0", "an unknown browser"),
        .crawler("Mozilla/5.0 (compatible; Unheard/1.0)", "a program that claims compatibility"),
        .crawler("Mozilla/5.0 (Linux; Android 6.0; Nexus 5X) Chrome/117.0 (compatible; Unheard)", "the same, behind a phone"),
        .person("Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1)", "Internet Explorer"),
        .person("Mozilla/5.0 (compatible; Konqueror/4.5; Linux)", "Konqueror"),
        .person(
            "Mozilla/5.0 (Web0S; Linux/SmartTV) Safari/537.36 (webOS; NetCast.TV-2013 Compatible (LGE, 32LM))",
            "a television"
        ),
        .crawler("Mozilla/5.0 (X11; Linux; compatible; Unheard) Safari/537.36", "compatible, in the middle"),
        .person("Opera/9.80 (Windows NT 6.1; U; en) Presto/2.12.388 Version/12.18", "Opera before 2013"),
        .crawler("curl/8.5.0", "a tool"),
        .crawler("python-requests/2.32.3", "a library"),
        .crawler("Go-http-client/2.0", "a library's default"),
        .crawler("Java/17.0.9", "a run-time's default"),
        .crawler("WhatsApp/2.24.20.89 A", "a link's preview"),
        .crawler("facebookexternalhit/1.1", "another"),
        .crawler("node", "a word"),
        .crawler(" ", "whitespace"),
        .crawler("My Mozilla/5.0", "a start that is no browser's"),

        // Apps and text browsers are used by people.
        .person("okhttp/4.12.0", "Android's usual network stack, whose name ends in http"),
        .person("Shop/812 CFNetwork/1498.700.2 Darwin/23.6.0", "Apple's"),
        .person("Dalvik/2.1.0 (Linux; U; Android 14; SM-S911B)", "Android's own"),
        .person("Shop/4.2 (com.example.shop; build:8; iOS 17.6.1) Alamofire/5.9.1", "an app by its system"),
        .crawler("Foobot/1.0 CFNetwork/1498.700.2 Darwin/23.6.0", "a bot on a Mac"),
        .person("Lynx/2.8.9rel.1 libwww-FM/2.14", "a browser in a terminal"),
        .person("SecretBrowser/1.0 (Raw User Agent)", "a name that ends in browser"),
    ])
    func classifiesUserAgents(_ row: AgentRow) {
        #expect(CrawlerRule.isCrawler(UserAgent(row.header)) == row.isCrawler)
        #expect(CrawlerRule.isCrawler(UserAgent.bytes(Array(row.header.utf8))) == row.isCrawler, "as bytes")
    }

    /// Requests without a user agent are skipped for a reason of their own (`SkipReason.noUserAgent`).
    @Test func emptyUserAgentIsNoCrawler() {
        #expect(!CrawlerRule.isCrawler(UserAgent.none))
        #expect(!CrawlerRule.isCrawler(UserAgent("")))
        #expect(!CrawlerRule.isCrawler(UserAgent.bytes([])))
    }

    @Test(
        arguments: [
            [0x00], [0xFF], [0x80], Array(repeating: 0x00, count: 2048), Array(repeating: 0xFF, count: 2048),
            Array(repeating: UInt8(ascii: "|"), count: 2048), Array(repeating: UInt8(ascii: "g"), count: 2048),
        ] as [[UInt8]]
    )
    func otherTextsAreCrawlers(_ bytes: [UInt8]) {
        #expect(CrawlerRule.isCrawler(UserAgent.bytes(bytes)))
    }

    @Test(arguments: ["bot ", "bo", "cubot ", "google page spee", "compatible;", "http", "\u{E9}", "\u{0}bot", "|b bot|"])
    func classifiesLongHeaders(_ piece: String) {
        let filling = String(repeating: piece, count: UserAgent.maximumLength / piece.utf8.count)
        let expected = CrawlerRule.isCrawler(UserAgent("Mozilla/5.0 " + piece + piece))
        #expect(CrawlerRule.isCrawler(UserAgent(String(("Mozilla/5.0 " + filling).prefix(UserAgent.maximumLength)))) == expected)
    }

    /// The truncated part is not read, because it is not hashed either.
    @Test func readsOnlyKeptPart() {
        let start = "Mozilla/5.0 "
        let filling = String(repeating: "x", count: UserAgent.maximumLength - start.utf8.count)
        #expect(!CrawlerRule.isCrawler(UserAgent(start + filling + " Googlebot")))
        #expect(CrawlerRule.isCrawler(UserAgent("Googlebot " + start + filling)))
    }

    /// Bytes that are not UTF-8 do not hide the letters around them.
    @Test func nonASCIIBytesAreWordBoundaries() {
        let name = Array("bot".utf8)
        let start = Array("Mozilla/5.0 ".utf8)
        #expect(CrawlerRule.isCrawler(UserAgent.bytes(start + [0xE9] + name + [0xE9])))
        #expect(!CrawlerRule.isCrawler(UserAgent.bytes(start + [0xE9] + name + Array("h".utf8))))
        // A byte that becomes a letter when its highest bit is cleared.
        #expect(!CrawlerRule.isCrawler(UserAgent.bytes(start + [0x42 | 0x80, 0x4F, 0x54])))
    }

    @Test(arguments: 0..<4)
    func classifiesRandomHeaders(_ part: Int) {
        var generator = SplitMix64(seed: 0xC4A0 + UInt64(part))
        let pieces = UserAgentSignal.phrases.map { Array($0.text.utf8) }
        for _ in 0..<300 {
            var bytes: [UInt8] = []
            for _ in 0..<Int.random(in: 0...20, using: &generator) {
                var piece = generator.pick(pieces)
                if generator.once(in: 3) { piece = [UInt8.random(in: 0...255, using: &generator)] }
                bytes += piece.prefix(Int.random(in: 1...max(1, piece.count), using: &generator))
            }
            let isCrawler = CrawlerRule.isCrawler(UserAgent.bytes(bytes))
            #expect(
                CrawlerRule.isCrawler(UserAgent.bytes(bytes.map { (0x61...0x7A).contains($0) ? $0 - 0x20 : $0 })) == isCrawler
            )
        }
    }

    @Test func phrasesAreUniqueLowercaseASCII() {
        let texts = UserAgentSignal.phrases.map(\.text)
        #expect(Set(texts).count == texts.count, "each phrase is listed once")
        #expect(texts.allSatisfy { $0 == $0.lowercased() && $0.utf8.allSatisfy { $0 < 0x80 } })
        #expect(texts.allSatisfy { $0.filter { !"^$|".contains($0) }.count >= 2 })
    }
}
