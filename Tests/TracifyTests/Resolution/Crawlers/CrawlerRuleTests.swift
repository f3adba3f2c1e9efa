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
        .person("Mozilla/5.0 (X11) Bottle/2", "a word that only begins with bot"),
        .crawler("Mozilla/5.0 SiteCrawler", "crawl anywhere"),
        .crawler("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 HeadlessChrome/126.0 Safari/537.36", "a headless browser"),
        .crawler("Mozilla/5.0 (+http://example.org/about)", "an address to ask at"),
        .crawler("Mozilla/5.0 (X11) www.example.org", "an address without a scheme"),
        .crawler("Mozilla/5.0 (X11) Safari/537.36 example.com", "only its host"),
        .person("Mozilla/5.0 (Linux; Android 7.0; wv) [air.com.example/1.0]", "an app's identifier"),
        .person("Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1; Example.com; SV1)", "a toolbar with its site's name"),
        .person(
            "Mozilla/5.0 (Linux; Android 4.0.3; Aurora (Example.com) Build/IML74K) Safari/534.30",
            "a tablet with its shop's name"
        ),
        .crawler("Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; Foo) Chrome/126.0", "something behind the engine's name"),

        // Apps and phones with such a word in their names.
        .person(
            "Mozilla/5.0 (Linux; Android 14; K; wv) Chrome/126.0 Mobile Safari/537.36 FooScanner/4.5",
            "a web view of a scanner"
        ),
        .person("Mozilla/5.0 (iPhone; CPU iPhone OS 17_6 like Mac OS X) Mobile/15E148 FooScan/3.2", "another on an iPhone"),
        .person(
            "Mozilla/5.0 (Linux; Android 14; K; wv) Chrome/126.0 Mobile Safari/537.36 BabyMonitor/2",
            "a web view of a monitor"
        ),
        .person("FooScanner/812 CFNetwork/1498.700.2 Darwin/23.6.0", "the network stack of such an app"),
        .crawler("Mozilla/5.0 (X11; Linux x86_64) Chrome/126.0 Safari/537.36 FooScanner/4.5", "a scanner without a phone"),
        .person("Mozilla/5.0 (Linux; Android 4.4.4; Spider Build/KTU84Q) Chrome/33.0 Safari/537.36", "a tablet called Spider"),
        .person("Mozilla/5.0 (Linux; Android 10; Spider) Chrome/126.0 Safari/537.36", "the same, without a build"),
        .crawler(
            "Mozilla/5.0 (Linux; Android 10; K) Chrome/126.0 Mobile Safari/537.36; FooSpider",
            "a spider that claims a phone"
        ),
        .crawler("Mozilla/5.0 (Linux; Android 10; K) Chrome/126.0 Mobile Safari/537.36; Spider/1.0", "one without a name"),

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
        .crawler("Mozilla", "less than that"),
        .crawler("Mozilla/5.0 Unheard/1.0", "no system, engine or device"),
        .crawler("Mozilla/5.0 (Unheard/1.0)", "the same in a comment"),
        .crawler("Mozilla/5.0 (compatible) Unheard/1.0", "compatible, with nothing"),
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
        .crawler("My Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/126.0", "a browser's header behind a name"),
        .crawler("\"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/126.0\"", "quotes, which a script forgot"),
        .person("AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.6 Safari/605.1.15", "a browser without the start"),
        .person("(Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/57.0", "another"),
        .crawler("Unheard/1.0 (Windows NT 10.0; Win64; x64)", "a system, but no engine"),
        .crawler("Windows-RSS-Platform/2.0 (MSIE 9.0; Windows NT 6.1)", "Internet Explorer's feed reader"),

        // Apps and text browsers are used by people.
        .person("okhttp/4.12.0", "Android's usual network stack, whose name ends in http"),
        .person("Shop/812 CFNetwork/1498.700.2 Darwin/23.6.0", "Apple's"),
        .person("Dalvik/2.1.0 (Linux; U; Android 14; SM-S911B)", "Android's own"),
        .person("Shop/4.2 (com.example.shop; build:8; iOS 17.6.1) Alamofire/5.9.1", "an app by its system"),
        .crawler("Foobot/1.0 CFNetwork/1498.700.2 Darwin/23.6.0", "a bot on a Mac"),
        .crawler("Wget/1.20.3 (darwin20.1.0)", "a tool that names its Mac"),
        .crawler("python-requests/2.5.1 CPython/2.7.10 Darwin/19.3.0", "a library that does"),
        .crawler("restify/2.6.3 (x64-darwin; v8/3.14.5.9; OpenSSL/1.0.1i) node/0.10.32", "another"),
        .crawler("curl/7.76.1 Dalvik/2.1.0", "a tool that names its run-time"),
        .crawler("Wget/1.20.3 (linux-android)", "a tool on a phone"),
        .crawler("WhatsApp/2.21.5.17 Android/11 Device/samsung-SM-A515F", "a link's preview on a phone"),
        .crawler("WhatsApp/2.18.71.6 CFNetwork/902.2 Darwin/17.7.0", "the same on an iPhone"),
        .person("Foo/12 Dalvik/2.1.0 (Linux; U; Android 14; SM-S911B)", "an app's name in front of Android's"),
        .person("Dart/3.4 (dart:io)", "Flutter's network stack"),
        .person("ChatGPT/1.2 CFNetwork/1498.700.2 Darwin/23.6.0", "the app of an operator that has an agent, too"),
        .person("Lynx/2.8.9rel.1 libwww-FM/2.14", "a browser in a terminal"),
        .person("SecretBrowser/1.0 (Raw User Agent)", "a name that ends in browser"),
    ])
    func classifiesUserAgents(_ row: AgentRow) {
        #expect(CrawlerRule.isCrawler(row.header) == row.isCrawler)
        #expect(CrawlerRule.isCrawler((Array(row.header.utf8))) == row.isCrawler, "as bytes")
    }

    /// The names under which language models fetch pages, behind and within a browser's header.
    @Test(arguments: [
        "ChatGPT-User/1.0", "OAI-SearchBot/1.0", "GPTBot/1.2", "Claude-User/1.0", "ClaudeBot/1.0", "Claude-SearchBot/1.0",
        "Claude-Web/1.0",
        "anthropic-ai", "Perplexity-User/1.0", "PerplexityBot/1.0", "MistralAI-User/1.0", "meta-externalagent/1.1",
        "meta-externalfetcher/1.1", "meta-webindexer/1.1", "Bytespider", "Amazonbot/0.1", "Amzn-User/0.1", "Applebot/0.1",
        "Applebot-Extended",
        "CCBot/2.0", "DuckAssistBot/1.2", "Google-Extended", "Google-CloudVertexBot", "GoogleOther", "GoogleAgent-Mariner",
        "cohere-ai",
        "YouBot/1.0", "Diffbot/0.1", "Kimi-User/1.0", "Manus-User/1.0", "Unheard-User",
    ])
    func findsAgentsOfLanguageModels(_ name: String) {
        let chrome = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
        let phone =
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148"
        let headers = [
            name, "\(chrome); \(name)", "\(chrome) \(name)", "\(chrome) (\(name))", "\(phone) \(name)",
            chrome.replacing("x86_64", with: "x86_64; \(name)"),
        ]
        for header in headers { #expect(CrawlerRule.isCrawler(header), "\(header)") }
    }

    /// Requests without a user agent are skipped for a reason of their own (`SkipReason.noUserAgent`).
    @Test func emptyUserAgentIsNoCrawler() {
        #expect(!CrawlerRule.isCrawler(""))
        #expect(!CrawlerRule.isCrawler(""))
        #expect(!CrawlerRule.isCrawler(([])))
    }

    @Test(
        arguments: [
            [0x00], [0xFF], [0x80], Array(repeating: 0x00, count: 2048), Array(repeating: 0xFF, count: 2048),
            Array(repeating: UInt8(ascii: "|"), count: 2048), Array(repeating: UInt8(ascii: "g"), count: 2048),
        ] as [[UInt8]]
    )
    func otherTextsAreCrawlers(_ bytes: [UInt8]) {
        #expect(CrawlerRule.isCrawler((bytes)))
    }

    @Test(arguments: ["bot ", "bo", "cubot ", "google page spee", "compatible;", "http", "\u{E9}", "\u{0}bot", "|b bot|"])
    func classifiesLongHeaders(_ piece: String) {
        let filling = String(repeating: piece, count: RequestRecord.maximumUserAgentLength / piece.utf8.count)
        let expected = CrawlerRule.isCrawler("Mozilla/5.0 (X11) " + piece + piece)
        #expect(
            CrawlerRule.isCrawler(String(("Mozilla/5.0 (X11) " + filling).prefix(RequestRecord.maximumUserAgentLength)))
                == expected
        )
    }

    /// The truncated part is not read, because it is not hashed either.
    @Test func readsOnlyKeptPart() {
        let start = "Mozilla/5.0 (X11) "
        let filling = String(repeating: "x", count: RequestRecord.maximumUserAgentLength - start.utf8.count)
        #expect(!CrawlerRule.isCrawler(start + filling + " Googlebot"))
        #expect(CrawlerRule.isCrawler("Googlebot " + start + filling))
    }

    /// Bytes that are not UTF-8 do not hide the letters around them.
    @Test func nonASCIIBytesAreWordBoundaries() {
        let name = Array("bot".utf8)
        let start = Array("Mozilla/5.0 (X11) ".utf8)
        #expect(CrawlerRule.isCrawler((start + [0xE9] + name + [0xE9])))
        #expect(!CrawlerRule.isCrawler((start + [0xE9] + name + Array("h".utf8))))
        // A byte that becomes a letter when its highest bit is cleared.
        #expect(!CrawlerRule.isCrawler((start + [0x42 | 0x80, 0x4F, 0x54])))
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
            let isCrawler = CrawlerRule.isCrawler((bytes))
            #expect(
                CrawlerRule.isCrawler((bytes.map { (0x61...0x7A).contains($0) ? $0 - 0x20 : $0 })) == isCrawler
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
