//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// The meaning of a phrase in a user agent.
enum UserAgentSignal: Sendable, Hashable {
    /// The header is that of a program, whatever else it contains.
    case program
    /// The phrase ends like the name of a program, but is not one.
    case neutral
    /// The header starts like that of a browser.
    case mozilla
    /// The header claims compatibility with a browser.
    case compatible
    /// The header is that of a browser that calls itself compatible.
    case compatibleBrowser
    /// The phrase occurs in the headers of visitors' browsers and devices.
    case visitor
}

// The phrases use the notation of `AhoCorasick`.
//
// Sources: the list `crawler-user-agents` (1.67.0) and the test data of `crawlerdetect` (0.4.2), of both only the half that the
// corpus test does not hold out; what the operators of well-known crawlers publish about their headers; and the phones and
// televisions of `device-detector` (6.5.1).
extension UserAgentSignal {
    static let phrases: [(text: String, meaning: UserAgentSignal)] =
        [("^mozilla", .mozilla), ("(compatible|", .compatible), ("; compatible;", .compatible)]
        + Self.phrases(Self.compatibleBrowsers, .compatibleBrowser)
        + Self.phrases(Self.visitors, .visitor) + Self.phrases(Self.exceptions, .neutral) + Self.phrases(Self.words, .program)
        + Self.phrases(Self.names, .program)

    private static func phrases(_ texts: [String], _ meaning: UserAgentSignal) -> [(text: String, meaning: UserAgentSignal)] {
        texts.map { ($0, meaning) }
    }

    /// Internet Explorer, the browsers that imitated it, televisions and e-readers.
    private static let compatibleBrowsers = [
        "|msie|", "trident/", "|konqueror/", "|opera|", "|netfront/", "|kindle/", "|hbbtv/", "|viera|",
    ]

    /// Browsers and devices whose headers need not start with `Mozilla`: phones before 2012, televisions, text browsers.
    ///
    /// The network stacks of apps are included: programs use them, too, but a shop's own app calls the cart with them.
    private static let visitors = [
        "|android|", "|iphone|", "|ipad|", "|ipod|", "|ios|", "|cfnetwork|", "|darwin|", "|dalvik|", "|okhttp|", "|alamofire|",
        "dart:io", "browser|", "|midp|", "|cldc|", "|ucweb|", "up.link", "|wap|", "|maui|", "[fban/", "smarttv", "|tizen|",
        "playstation", "nintendo", "^nokia", "^samsung", "^sec-", "^sie-", "^lg", "^mot-", "^sonyericsson", "^blackberry",
        "^iphone", "^docomo", "^kddi", "^portalmmm", "^vodafone", "^itunes", "^twitterandroid", "^puffin", "^w3m", "^lynx",
        "^links (", "^elinks", "^dillo", "^netsurf",
    ]

    /// Phones of Cubot and of Positivo BGH, and headers into which a toolbar copied another header together with its name.
    private static let exceptions = [
        "cubot|", "|b bot|", "|m bot|", "|id bot|", "|idbot|", "|power bot|", "|vr bot|", "|c bot|", "|m_bot|", "|xbot|",
        "|user-agent|", "|user agent|",
    ]

    /// What programs do, and the addresses at which their operators can be reached.
    private static let words = [
        "bot|", "bots|", "robot", "crawl", "spider", "slurp", "scrap", "fetch", "archiver", "preview|", "monitor", "checker",
        "scan|", "scanner", "validat", "verification", "analyzer", "inspector|", "resolver", "finder|", "parser", "feeds|",
        "downloadmanager", "screenshot", "-capture", "thumbnail", "webthumb", "synthetic", "headless", "uptime", "|agent|",
        "web services", "gecko;", "http", "www.", ".com/", ".com)", ".com;", ".com ", ".com$",
    ]

    /// Programs without such a word, whose headers otherwise look like those of a browser or an app.
    private static let names = [
        // Search engines, previews, advertisers.
        "google-", "-google|", "google favicon", "|daum", "ia_archiver", "facebookexternalhit", "criteo", "hubspot", "datanyze",
        "newsnow", "newsai", "kimonolabs", "mappercmd", "feeder.co", "krynos",
        // Automated browsers.
        "selenium", "webdriver", "puppeteer", "playwright", "cypress/", "phantomjs", "slimerjs", "casperjs", "htmlunit", "jsdom",
        "zombie.js", "wkhtml", "webkit2png", "webscreenie", "rendertron", "prerender", "snapsearch", "collapsify",
        // Monitoring and performance measurement.
        "lighthouse", "pagespeed", "gtmetrix", "|ptst|", "dareboost", "debugbear", "observatory", "speedcurve", "sitespeed",
        "pingdom", "gomez", "statuscake", "datadog", "catchpoint", "neustar", "nodemeter",
        // Vulnerability scanners and load generators.
        "openvas", "nikto", "nessus", "acunetix", "zgrab", "qualys", "foregenix", "siege/",
        // Mail programs, feed readers, office programs and system services.
        "microsoft outlook", "^outlook-", "|excel/", "^mail/", "%20mail/", "^reeder/", "^swcd", "zoom.mac", "security.heimdall",
    ]
}
