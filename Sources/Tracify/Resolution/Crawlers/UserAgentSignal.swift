//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// The meanings of the phrases in a user agent.
struct UserAgentSignal: OptionSet, Sendable, Hashable {
    let rawValue: UInt16

    /// The header is that of a program, whatever else it contains.
    static let program = Self(rawValue: 1 << 0)
    /// A word for what programs do, which the apps of visitors have in their names, too.
    static let purpose = Self(rawValue: 1 << 1)
    /// The phrase ends like one of a program, but is not one.
    static let exception = Self(rawValue: 1 << 2)
    /// The header starts like that of a browser.
    static let mozilla = Self(rawValue: 1 << 3)
    /// The header contains the start of a browser's header, there or later.
    static let anyMozilla = Self(rawValue: 1 << 4)
    /// The header claims compatibility with a browser.
    static let compatible = Self(rawValue: 1 << 5)
    /// The phrase names Internet Explorer.
    static let explorer = Self(rawValue: 1 << 6)
    /// The phrase names a browser that calls itself compatible, or whose header does not start like that of other browsers.
    static let browser = Self(rawValue: 1 << 7)
    /// The phrase names the engine of a browser.
    static let engine = Self(rawValue: 1 << 8)
    /// The phrase names a system for which both browsers and programs are written.
    static let system = Self(rawValue: 1 << 9)
    /// The phrase names a phone, a television, or the software with which apps send requests.
    static let device = Self(rawValue: 1 << 10)
}

// The phrases use the notation of `AhoCorasick`. The file NOTICE names their sources.
extension UserAgentSignal {
    static let phrases: [(text: String, meaning: UserAgentSignal)] =
        [("^mozilla", .mozilla), ("mozilla/", .anyMozilla), ("(compatible|", .compatible), ("; compatible;", .compatible)]
        + [("|msie|", .explorer), ("trident/", .explorer)] + Self.phrases(Self.browsers, .browser)
        + Self.phrases(Self.engines, .engine) + Self.phrases(Self.systems, .system) + Self.phrases(Self.devices, .device)
        + Self.phrases(Self.exceptions, .exception) + Self.phrases(Self.purposes, .purpose)
        + Self.phrases(Self.programs, .program) + Self.phrases(Self.tools, .program) + Self.phrases(Self.names, .program)

    private static func phrases(_ texts: [String], _ meaning: UserAgentSignal) -> [(text: String, meaning: UserAgentSignal)] {
        texts.map { ($0, meaning) }
    }

    /// Browsers on computers, televisions and e-readers, and in a terminal.
    private static let browsers = [
        "|opera|", "|konqueror/", "|netfront", "|kindle/", "|hbbtv/", "|viera|", "|icab|", "|omniweb|", "positive/", "|amigaos|",
        "|syllable|", "|teleca|", "|polaris|", "|maxthon/", "qupzilla", "mosaic", "browser|", "^midori", "^puffin", "^w3m",
        "^lynx", "^links (", "^elinks", "^dillo", "^netsurf",
    ]

    private static let engines = ["applewebkit", "gecko|", "khtml", "|presto/"]

    /// `Mozilla/5.0` alone counts as one, because it states nothing: tools for privacy shorten a browser's header to it.
    private static let systems = [
        "windows", "|win9", "|win16|", "|winnt|", "|macintosh", "|x11|", "linux", "bsd|", "|os/2|", "symbian", "series60",
        "blackberry", "|bb10|", "|bada|", "web0s", "|webos|", "|brew", "palmos", "hiptop", "nokia", "samsung", "sonyericsson",
        "firefox/", "^mozilla/3.", "^mozilla/5.0$",
    ]

    /// Programs use the network stacks of apps, too, but a shop's own app calls the cart with them.
    private static let devices = [
        "|android|", "|iphone|", "|ipad|", "|ipod|", "|ios|", "|mobile/", "|cfnetwork|", "^dalvik/",
        "|okhttp|", "|alamofire|", "dart:io", "|midp|", "|cldc|", "|ucweb|", "up.link", "|wap|", "|maui|", "|iemobile|",
        "[fban/", "smarttv", "|tizen|", "playstation", "nintendo", "^itunes", "^twitterandroid", "^iphone", "^nokia", "^samsung",
        "^sec-", "^sie-", "^lg", "^mot-", "^motorola", "^sonyericsson", "^blackberry", "^docomo", "^kddi", "^portalmmm",
        "^vodafone", "^j-phone/", "^softbank/", "^htc", "^huawei", "^alcatel", "^lenovo", "^asus-", "^philips", "^pantech",
        "^amoi", "^sch-", "^sgh-",
    ]

    /// Phones by Cubot and Positivo, phones called Spider, headers into which a toolbar or an embedded Internet Explorer copied
    /// another header together with its name or address, and one that a filter of a company network marks.
    private static let exceptions = [
        "cubot|", "|b bot|", "|m bot|", "|id bot|", "|idbot|", "|power bot|", "|vr bot|", "|c bot|", "|m_bot|", "|xbot|",
        "; spider", "glx spider", "|user-agent|", "|user agent|", "|useragent|", "from: http", "from: http:",
        "from: http://www.", "bsalsa.com/", "icapohttp",
    ]

    private static let purposes = [
        "preview|", "monitor", "checker", "scan|", "scanner", "validat", "verification", "measurement", "research", "analytics",
        "insights", "audit", "analyzer", "inspector|", "resolver", "lookup", "whois", "finder|", "parser", "extract", "indexer",
        "classifier", "collector", "harvest", "grabber", "prospect", "archiv", "transcod", "translate|", "screenshot",
        "snapshot", "capture|", "thumbnail", "-ai|", "java/1", "http", ".com/", ".com)", ".com ", ".com$",
    ]

    /// What only programs do, and the addresses at which their operators can be reached.
    private static let programs = [
        "bot|", "bots|", "robot", "crawl", "spider", "spider/", "slurp", "scrap", "fetch", "feeds|", "aggregator", "agent|",
        "-user/", "-user;", "-user)", "-user$", "webthumb", "synthetic", "headless", "uptime", "vulnerab", "sitemap", "backlink",
        "|seo|", "downloadmanager", "download manager", "web services", "khtml, like gecko;", "http:", "https:", "www.",
        "mailto:",
    ]

    /// Tools that name the phone or the network stack that they run on.
    private static let tools = ["^curl", "^libcurl", "^wget", "^python", "^libwww", "^whatsapp/", "^snapchat/", "powershell"]

    /// Programs without such a word, whose headers otherwise look like those of a browser or an app.
    private static let names = [
        // Search engines, previews, advertisers.
        "google-", "-google|", "google favicon", "googleother", "googleagent", "bingpreview", "yandexadditional", "|daum",
        "facebookexternalhit", "meta-external", "meta-web", "vkshare", "embedly", "iframely", "amazon-kendra",
        "amazon-qbusiness", "amazonbuyforme", "criteo", "hubspot", "datanyze", "adbeat", "ahrefs", "semrush", "omgili", "webzio",
        "panscient", "awario", "brandwatch", "newsnow", "newsai", "kimonolabs", "mappercmd", "feeder.co", "krynos",
        // Collectors and agents of language models.
        "chatgpt-user", "openai", "claude-", "anthropic", "perplexity-user", "mistralai-", "cohere-", "gemini-deep", "notebooklm",
        "novaact",
        "devin/", "opencode", "tabstack", "agenttimes", "aiwebindex", "anomura", "bigsur.ai", "cotoyogi", "img2dataset", "laion",
        "poggio", "terracotta", "terra cotta", "useai",
        // Automated browsers.
        "selenium", "webdriver", "puppeteer", "playwright", "cypress/", "lightpanda", "phantomjs", "slimerjs", "casperjs",
        "htmlunit", "jsdom", "zombie.js", "splash version", "wkhtml", "webkit2png", "webscreenie", "rendertron", "prerender",
        "snapsearch", "collapsify",
        // Monitoring and performance measurement.
        "lighthouse", "pagespeed", "gtmetrix", "|ptst|", "dareboost", "debugbear", "observatory", "speedcurve", "sitespeed",
        "site24x7", "siteimprove", "cloudflare", "pingdom", "gomez", "statuscake", "datadog", "catchpoint", "neustar",
        "nodemeter", "dejaclick", "dmbrowser", "netvigie", "|rigor|",
        // Vulnerability scanners, load generators and copiers.
        "openvas", "nikto", "nessus", "acunetix", "netsparker", "sqlmap", "burpcollab", "zgrab", "censys", "qualys", "foregenix",
        "netcraft", "whatcms", "siege/", "httrack", "nutch", "heritrix", "larbin",
        // Mail programs, feed readers, office programs and system services.
        "microsoft outlook", "^outlook-", "|excel/", "^mail/", "%20mail/", "^navermailapp/", "^reeder/", "netnewswire",
        "instapaper", "netvibes", "^swcd", "zoom.mac", "security.heimdall",
    ]
}
