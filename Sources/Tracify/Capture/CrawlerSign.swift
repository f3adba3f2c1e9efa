/// What a phrase in a user agent says of who sent it.
enum CrawlerSign: Sendable, Hashable {
    /// It is a program's, whatever else it says.
    case program
    /// It ends as a program's name does, and is something else.
    case nothing
    /// It starts as a browser's does.
    case mozilla
    /// It says that it is compatible with a browser.
    case compatible
    /// It is a browser that called itself compatible.
    case compatibleBrowser
    /// It is what only people's devices say of themselves.
    case person
}

// Phrases are written as ``PhraseAutomaton`` reads them.
//
// Sources of facts: the list `crawler-user-agents` (1.67.0) and the test data of `crawlerdetect` (0.4.2), of both only the half
// that the corpus test does not hold out; what the operators of well-known crawlers say of their headers; and phones and
// televisions of `device-detector` (6.5.1).
extension CrawlerSign {
    static let phrases: [(text: String, meaning: CrawlerSign)] =
        [("^mozilla", .mozilla), ("(compatible|", .compatible), ("; compatible;", .compatible)]
        + Self.phrases(Self.compatibleBrowsers, .compatibleBrowser)
        + Self.phrases(Self.people, .person) + Self.phrases(Self.exceptions, .nothing) + Self.phrases(Self.words, .program)
        + Self.phrases(Self.names, .program)

    private static func phrases(_ texts: [String], _ meaning: CrawlerSign) -> [(text: String, meaning: CrawlerSign)] {
        texts.map { ($0, meaning) }
    }

    /// Internet Explorer, and those that came in its name; televisions and readers.
    private static let compatibleBrowsers = [
        "|msie|", "trident/", "|konqueror/", "|opera|", "|netfront/", "|kindle/", "|hbbtv/", "|viera|",
    ]

    /// Browsers and devices whose headers need not start with `Mozilla`: phones before 2012, televisions, browsers in a terminal.
    /// And the network stacks of apps: programs use them, too, but it is with them that a shop's own app calls the cart.
    private static let people = [
        "|android|", "|iphone|", "|ipad|", "|ipod|", "|ios|", "|cfnetwork|", "|darwin|", "|dalvik|", "|okhttp|", "|alamofire|",
        "dart:io", "browser|", "|midp|", "|cldc|", "|ucweb|", "up.link", "|wap|", "|maui|", "[fban/", "smarttv", "|tizen|",
        "playstation", "nintendo", "^nokia", "^samsung", "^sec-", "^sie-", "^lg", "^mot-", "^sonyericsson", "^blackberry",
        "^iphone", "^docomo", "^kddi", "^portalmmm", "^vodafone", "^itunes", "^twitterandroid", "^puffin", "^w3m", "^lynx",
        "^links (", "^elinks", "^dillo", "^netsurf",
    ]

    /// Phones of Cubot and of Positivo BGH; and headers that somebody's toolbar put another one into, name and all.
    private static let exceptions = [
        "cubot|", "|b bot|", "|m bot|", "|id bot|", "|idbot|", "|power bot|", "|vr bot|", "|c bot|", "|m_bot|", "|xbot|",
        "|user-agent|", "|user agent|",
    ]

    /// What programs do, and where they say whom to ask about them.
    private static let words = [
        "bot|", "bots|", "robot", "crawl", "spider", "slurp", "scrap", "fetch", "archiver", "preview|", "monitor", "checker",
        "scan|", "scanner", "validat", "verification", "analyzer", "inspector|", "resolver", "finder|", "parser", "feeds|",
        "downloadmanager", "screenshot", "-capture", "thumbnail", "webthumb", "synthetic", "headless", "uptime", "|agent|",
        "web services", "gecko;", "http", "www.", ".com/", ".com)", ".com;", ".com ", ".com$",
    ]

    /// Programs without such a word, whose headers are otherwise a browser's or an app's.
    private static let names = [
        // Search engines, previews, advertisers.
        "google-", "-google|", "google favicon", "|daum", "ia_archiver", "facebookexternalhit", "criteo", "hubspot", "datanyze",
        "newsnow", "newsai", "kimonolabs", "mappercmd", "feeder.co", "krynos",
        // Browsers without a person.
        "selenium", "webdriver", "puppeteer", "playwright", "cypress/", "phantomjs", "slimerjs", "casperjs", "htmlunit", "jsdom",
        "zombie.js", "wkhtml", "webkit2png", "webscreenie", "rendertron", "prerender", "snapsearch", "collapsify",
        // Who measures sites.
        "lighthouse", "pagespeed", "gtmetrix", "|ptst|", "dareboost", "debugbear", "observatory", "speedcurve", "sitespeed",
        "pingdom", "gomez", "statuscake", "datadog", "catchpoint", "neustar", "nodemeter",
        // Who attacks them.
        "openvas", "nikto", "nessus", "acunetix", "zgrab", "qualys", "foregenix", "siege/",
        // Mail, feeds, documents, and what a system does by itself.
        "microsoft outlook", "^outlook-", "|excel/", "^mail/", "%20mail/", "^reeder/", "^swcd", "zoom.mac", "security.heimdall",
    ]
}
