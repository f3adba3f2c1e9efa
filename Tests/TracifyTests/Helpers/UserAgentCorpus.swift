//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Foundation
import Testing

/// A list of user agents whose senders are known.
///
/// The README of their directory names the sources.
struct UserAgentCorpus: Sendable, CustomTestStringConvertible {
    /// The part that the rule was tuned with, and the part that was held out for measurement.
    enum Part: Hashable, Sendable, CaseIterable {
        case tuned
        case heldOut
    }

    let name: String
    let isOfCrawlers: Bool
    /// Whether part of the list is held out.
    let isSplit: Bool

    var testDescription: String { self.name }

    static let crawlerUserAgents = crawlers("crawler-user-agents")
    static let crawlerDetectCrawlers = crawlers("crawlerdetect")
    static let browscapCrawlers = crawlers("browscap")
    static let isbotCrawlers = crawlers("isbot")
    static let whichBrowserCrawlers = crawlers("whichbrowser")
    static let yauaaCrawlers = crawlers("yauaa")
    static let crawlerDetectBrowsers = browsers("crawlerdetect")
    static let fakeUserAgentBrowsers = browsers("fake-useragent")
    static let browscapBrowsers = browsers("browscap")
    static let uapCoreBrowsers = browsers("uap-core")
    static let whichBrowserBrowsers = browsers("whichbrowser")
    static let yauaaBrowsers = browsers("yauaa")
    static let byHand = browsers("by-hand", isSplit: false)

    static let all = [
        crawlerUserAgents, crawlerDetectCrawlers, browscapCrawlers, isbotCrawlers, whichBrowserCrawlers, yauaaCrawlers,
        crawlerDetectBrowsers, fakeUserAgentBrowsers, browscapBrowsers, uapCoreBrowsers, whichBrowserBrowsers, yauaaBrowsers,
        byHand,
    ]

    private static func crawlers(_ source: String) -> UserAgentCorpus {
        UserAgentCorpus(name: "crawlers-\(source)", isOfCrawlers: true, isSplit: true)
    }

    private static func browsers(_ source: String, isSplit: Bool = true) -> UserAgentCorpus {
        UserAgentCorpus(name: "browsers-\(source)", isOfCrawlers: false, isSplit: isSplit)
    }

    func headers() throws -> [String] {
        let url = try #require(
            Bundle.module.url(forResource: self.name, withExtension: "txt", subdirectory: "Vectors/UserAgents")
        )
        return try String(contentsOf: url, encoding: .utf8).split(separator: "\n").filter { !$0.hasPrefix("#") }.map(String.init)
    }

    func headers(of part: Part) throws -> [String] {
        try self.headers().filter { (self.isSplit && Self.isHeldOut($0)) == (part == .heldOut) }
    }

    /// Decides by one bit of the FNV-1a hash of the letters, so that all versions of a browser or crawler are in the same part.
    private static func isHeldOut(_ header: String) -> Bool {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in header.utf8 {
            let letter = byte | 0x20
            guard byte < 0x80, (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(letter) else { continue }
            hash = (hash ^ UInt64(letter)) &* 0x100_0000_01B3
        }
        return hash >> 32 & 1 == 1
    }
}
