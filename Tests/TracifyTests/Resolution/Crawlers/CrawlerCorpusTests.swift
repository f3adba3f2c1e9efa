//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Testing

@testable import Tracify

/// The error rate of the crawler rule for user agents whose senders are known.
///
/// The article "What is captured" states the same figures. The printed times are meaningful in release mode only:
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
        Figure(.crawlerUserAgents, .heldOut, headers: 1091, mistakes: 29),
        Figure(.crawlerDetectCrawlers, .tuned, headers: 1549, mistakes: 16),
        Figure(.crawlerDetectCrawlers, .heldOut, headers: 1407, mistakes: 54),
        Figure(.crawlerDetectBrowsers, .tuned, headers: 816, mistakes: 9),
        Figure(.crawlerDetectBrowsers, .heldOut, headers: 787, mistakes: 6),
        Figure(.fakeUserAgent, .tuned, headers: 411, mistakes: 1),
        Figure(.fakeUserAgent, .heldOut, headers: 428, mistakes: 0),
        Figure(.byHand, .tuned, headers: 110, mistakes: 0),
    ]

    @Test(arguments: Self.figures)
    func staysWithinMeasuredErrorRate(_ figure: Figure) throws {
        let headers = try figure.corpus.headers(of: figure.part).map { UserAgent($0) }
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
