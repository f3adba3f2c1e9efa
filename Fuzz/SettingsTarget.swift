//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Foundation
import HTTPTypes
import Tracify

/// The target whose input is the text of a setting, of a value that an application passes, or of `Retry-After`.
enum SettingsTarget {
    /// Requires that what a parser accepts has a canonical form with the same meaning.
    static func test(_ input: [UInt8]) throws {
        let text = String(decoding: input, as: UTF8.self)
        if let network = try? IPNetwork(text) {
            require(try IPNetwork(network.description) == network, "a network's description is that network")
        }
        if let address = IPAddress(text) {
            require(IPAddress(address.text) == address, "an address's text is that address")
        }
        if let amount = try? Amount(text) {
            require(try Amount(amount.description) == amount, "an amount's description is that amount")
        }
        if let site = try? CustomerSiteID(text) {
            require(try CustomerSiteID(site.text) == site, "a site's text is that site")
        }
        if let id = try? EventID(text) {
            require(try EventID(id.description) == id, "an ID's description is that ID")
        }
        if let origin = try? Origin(text) {
            require(try Origin(origin.text) == origin, "an origin is canonical")
        }
        if let seconds = UTCDateTime.parse(text) {
            require((-62_135_596_800...253_402_300_799).contains(seconds), "a time is in the years 1 to 9999")
        }
        if let pause = RetryAfter.parse(text, now: Date(timeIntervalSince1970: 1_718_973_397)) {
            require(pause >= .zero, "a pause is not negative")
        }
        _ = try? TrustedProxies(text)
        _ = try? ConsentPolicy(setting: text)
        _ = try? Currency(text)
        _ = try? URLParameter(name: text, value: text)
        _ = PeerAddress(text: text)
        try self.testPattern(text)
    }

    /// The first line is a pattern, the second a request's target that is compared with it on the request's task.
    private static func testPattern(_ text: String) throws {
        let lines = text.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
        guard lines.count == 2, let pattern = try? PathPattern(String(lines[0])) else { return }
        let request = HTTPRequest(method: .get, scheme: "https", authority: "shop.example", path: String(lines[1]))
        try RequestPath { $0.excludedPaths = [pattern] }.observe(request, from: PeerAddress(text: "203.0.113.77"))
    }
}
