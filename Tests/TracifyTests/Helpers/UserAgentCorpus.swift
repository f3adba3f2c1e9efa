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

    static let crawlerUserAgents = UserAgentCorpus(name: "crawlers-crawler-user-agents", isOfCrawlers: true, isSplit: true)
    static let crawlerDetectCrawlers = UserAgentCorpus(name: "crawlers-crawlerdetect", isOfCrawlers: true, isSplit: true)
    static let crawlerDetectBrowsers = UserAgentCorpus(name: "browsers-crawlerdetect", isOfCrawlers: false, isSplit: true)
    static let fakeUserAgent = UserAgentCorpus(name: "browsers-fake-useragent", isOfCrawlers: false, isSplit: true)
    static let byHand = UserAgentCorpus(name: "browsers-by-hand", isOfCrawlers: false, isSplit: false)

    static let all = [crawlerUserAgents, crawlerDetectCrawlers, crawlerDetectBrowsers, fakeUserAgent, byHand]

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
