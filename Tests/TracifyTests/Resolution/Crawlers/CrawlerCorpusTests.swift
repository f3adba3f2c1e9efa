//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Testing

@testable import Tracify

/// The error rate of the crawler rule for user agents whose senders are known.
///
/// The lists have errors of their own, which the figures include. The article "What is captured" states the figures of the whole
/// lists, of which these are a part. The printed times are meaningful in release mode only:
///
///     swift test -c release -Xswiftc -enable-testing --filter CrawlerCorpusTests
@Suite(.serialized)
struct CrawlerCorpusTests {
    struct Figure: Sendable, CustomTestStringConvertible {
        let corpus: UserAgentCorpus
        let part: UserAgentCorpus.Part
        let headers: Int
        /// The number of errors: missed crawlers, or browsers classified as crawlers.
        let mistakes: Int

        init(_ corpus: UserAgentCorpus, _ part: UserAgentCorpus.Part, headers: Int, mistakes: Int) {
            self.corpus = corpus
            self.part = part
            self.headers = headers
            self.mistakes = mistakes
        }

        var testDescription: String { "\(self.corpus.name), \(self.part)" }
    }

    static let figures = [
        Figure(.crawlerUserAgents, .tuned, headers: 1032, mistakes: 4),
        Figure(.crawlerUserAgents, .heldOut, headers: 1091, mistakes: 22),
        Figure(.crawlerDetectCrawlers, .tuned, headers: 1549, mistakes: 15),
        Figure(.crawlerDetectCrawlers, .heldOut, headers: 1407, mistakes: 49),
        Figure(.browscapCrawlers, .tuned, headers: 400, mistakes: 15),
        Figure(.browscapCrawlers, .heldOut, headers: 433, mistakes: 18),
        Figure(.isbotCrawlers, .tuned, headers: 165, mistakes: 13),
        Figure(.isbotCrawlers, .heldOut, headers: 161, mistakes: 20),
        Figure(.whichBrowserCrawlers, .tuned, headers: 37, mistakes: 0),
        Figure(.whichBrowserCrawlers, .heldOut, headers: 50, mistakes: 1),
        Figure(.yauaaCrawlers, .tuned, headers: 108, mistakes: 3),
        Figure(.yauaaCrawlers, .heldOut, headers: 103, mistakes: 5),
        Figure(.crawlerDetectBrowsers, .tuned, headers: 816, mistakes: 10),
        Figure(.crawlerDetectBrowsers, .heldOut, headers: 787, mistakes: 8),
        Figure(.fakeUserAgentBrowsers, .tuned, headers: 38, mistakes: 1),
        Figure(.fakeUserAgentBrowsers, .heldOut, headers: 30, mistakes: 0),
        Figure(.browscapBrowsers, .tuned, headers: 59, mistakes: 0),
        Figure(.browscapBrowsers, .heldOut, headers: 66, mistakes: 1),
        Figure(.uapCoreBrowsers, .tuned, headers: 91, mistakes: 3),
        Figure(.uapCoreBrowsers, .heldOut, headers: 86, mistakes: 2),
        Figure(.whichBrowserBrowsers, .tuned, headers: 125, mistakes: 3),
        Figure(.whichBrowserBrowsers, .heldOut, headers: 115, mistakes: 2),
        Figure(.yauaaBrowsers, .tuned, headers: 130, mistakes: 0),
        Figure(.yauaaBrowsers, .heldOut, headers: 130, mistakes: 2),
        Figure(.byHand, .tuned, headers: 110, mistakes: 0),
    ]

    @Test(arguments: Self.figures)
    func staysWithinMeasuredErrorRate(_ figure: Figure) throws {
        let headers = try figure.corpus.headers(of: figure.part)
        var mistakes = 0
        let time = ContinuousClock()
            .measure { mistakes = headers.count { CrawlerRule.isCrawler($0) != figure.corpus.isOfCrawlers } }
        let kind = figure.corpus.isOfCrawlers ? "misses" : "false hits"
        let nanoseconds = Int(time / .nanoseconds(1) / Double(headers.count))
        print("\(figure.testDescription): \(headers.count) headers, \(mistakes) \(kind), \(nanoseconds) ns a header")
        #expect(headers.count == figure.headers)
        #expect(mistakes <= figure.mistakes, "more \(kind) than measured")
    }

    @Test func countsEveryHeaderOnce() throws {
        let counted = Self.figures.map(\.headers).reduce(0, +)
        #expect(try UserAgentCorpus.all.map { try $0.headers().count }.reduce(0, +) == counted)
    }
}
