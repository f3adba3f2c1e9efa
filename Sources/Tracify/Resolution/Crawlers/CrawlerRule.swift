//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// The rule that decides whether a user agent is that of a program: a crawler, a link preview, a monitor or an HTTP library.
///
/// One pass over the header's bytes collects the signals in it (``UserAgentSignal``). Then:
///
/// 1. A header with a phrase of a program is that of a program.
/// 2. A header that starts with `Mozilla`, as those of nearly all browsers do, or that names a visitor's browser or device is
///    that of a visitor. The exception is a header that claims to be `compatible`, as programs do; of browsers, only Internet
///    Explorer did.
/// 3. Any other header is that of a program. Programs choose their names freely; browsers do not, because sites would not
///    recognize them.
///
/// The rule relies on what programs state about themselves. It does not detect a program that sends a browser's header.
enum CrawlerRule {
    private static let automaton = AhoCorasick(UserAgentSignal.phrases)

    /// Returns whether a user agent is that of a program; `false` for an empty one.
    static func isCrawler(_ userAgent: UserAgent) -> Bool {
        switch userAgent {
        case .text(let text):
            text.utf8.withContiguousStorageIfAvailable(self.isCrawler) ?? Array(text.utf8).withUnsafeBufferPointer(self.isCrawler)
        case .bytes(let bytes):
            bytes.withUnsafeBufferPointer(self.isCrawler)
        }
    }

    private static func isCrawler(_ header: UnsafeBufferPointer<UInt8>) -> Bool {
        // A missing user agent has a skip reason of its own: `SkipReason.noUserAgent`.
        if header.isEmpty { return false }
        var isProgram = false
        var isVisitor = false
        var isCompatible = false
        var isCompatibleBrowser = false
        self.automaton.scan(header) { signal in
            switch signal {
            case .program:
                isProgram = true
                return .stop
            case .neutral:
                return .nextPosition
            case .mozilla:
                isVisitor = true
            case .visitor:
                isVisitor = true
                return .nextPosition
            case .compatible:
                isCompatible = true
            case .compatibleBrowser:
                isCompatibleBrowser = true
            }
            return .next
        }
        return isProgram || !(isCompatibleBrowser || isVisitor && !isCompatible)
    }
}
