//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Testing

import Tracify

/// Request targets as a framework passes them on that escapes escapes again.
struct DoubleEscapeTests {
    @Test(arguments: [
        ("/tea?a=b", "/tea?a=b"), ("http://shop.example/tea?a=b", "/tea?a=b"), ("https://shop.example", "/"),
        ("http://shop.example?a", "/?a"), ("*", "*"), ("", ""), ("tea", "tea"),
    ])
    func absoluteTargetHasAnOriginForm(target: String, expected: String) {
        #expect(URLParts.originForm(of: target) == expected)
    }

    @Test(arguments: [
        ("/?utm_campaign=DE%2520%7C%2520Sale", "/?utm_campaign=DE%20%7C%20Sale"),
        ("/?utm_x%5B%5D=a%2520b", "/?utm_x%5B%5D=a%20b"),
        ("/caf%25C3%25A9%7Cx?a=b%2520c", "/caf%C3%A9%7Cx?a=b%2520c"),
        ("/?a=%7B%7Bname%7D%7D%2520%5E%60%5C", "/?a=%7B%7Bname%7D%7D%20%5E%60%5C"),
        // A query in which nothing shows that it was escaped again.
        ("/?a=DE%2520Sale", "/?a=DE%2520Sale"),
        ("/?a=DE%20%7C%20Sale", "/?a=DE%20%7C%20Sale"),
        ("/?a=%25&b=%7C", "/?a=%25&b=%7C"),
        ("/?a=100%25%20off", "/?a=100%25%20off"),
        // An escape of a character that needs none is the client's own.
        ("/?a=%41%2520%7C", "/?a=%41%2520%7C"),
        // So is one of a character that browsers escape: it would have been escaped again.
        ("/?a=b%20c%2520d", "/?a=b%20c%2520d"), ("/?a=caf%C3%A9%2520%7C", "/?a=caf%C3%A9%2520%7C"),
        ("/?a=%22b%22%2520%7C", "/?a=%22b%22%2520%7C"), ("/?a=%0A%2520%7C", "/?a=%0A%2520%7C"),
        ("/?a=%2520%7C%", "/?a=%2520%7C%"), ("/?a=%2520%7C%4", "/?a=%2520%7C%4"), ("/?a=%2520%7C%zz", "/?a=%2520%7C%zz"),
        ("", ""), ("%25", "%25"), ("/%2520%7C", "/%20%7C"),
    ])
    func repairsOnlyWhatShows(_ target: String, _ expected: String) {
        #expect(URLParts.repairingDoubleEscapes(in: target) == expected)
    }
}
