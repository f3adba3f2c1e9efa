/// Whether a user agent is a program's: a search engine's, a preview's, a monitor's, an HTTP library's.
///
/// One pass over the header's bytes collects what its phrases say (``CrawlerSign``). Then:
///
/// 1. A header with a program's phrase is a program's.
/// 2. One that starts with `Mozilla`, as nearly all browsers' do, or names a person's device is a person's; unless it says that it
///    is `compatible`, as programs introduce themselves and, of browsers, Internet Explorer did.
/// 3. Any other is a program's. Programs call themselves what they like; browsers do not, because sites would not know them.
///
/// The rule goes by what programs say of themselves. It does not find one that sends a browser's header.
enum CrawlerRule {
    private static let automaton = PhraseAutomaton(CrawlerSign.phrases)

    static func isCrawler(_ userAgent: UserAgent) -> Bool {
        switch userAgent {
        case .text(let text):
            text.utf8.withContiguousStorageIfAvailable(self.isCrawler) ?? Array(text.utf8).withUnsafeBufferPointer(self.isCrawler)
        case .bytes(let bytes):
            bytes.withUnsafeBufferPointer(self.isCrawler)
        }
    }

    private static func isCrawler(_ header: UnsafeBufferPointer<UInt8>) -> Bool {
        // That there is none is a reason of its own not to count a request: `SkipReason.noUserAgent`.
        if header.isEmpty { return false }
        var isProgram = false
        var isPersons = false
        var isCompatible = false
        var isCompatibleBrowser = false
        self.automaton.scan(header) { sign in
            switch sign {
            case .program:
                isProgram = true
                return .stop
            case .nothing:
                return .nextPlace
            case .mozilla:
                isPersons = true
            case .person:
                isPersons = true
                return .nextPlace
            case .compatible:
                isCompatible = true
            case .compatibleBrowser:
                isCompatibleBrowser = true
            }
            return .next
        }
        return isProgram || !(isCompatibleBrowser || isPersons && !isCompatible)
    }
}
