//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import HTTPTypes
import Testing

@testable import Tracify

/// Requests with the fields that each provider's documentation names, and with those that a client has sent beside them.
struct PresetTests {
    struct PresetRow: Row {
        let preset: TrustedProxies.Preset
        let fields: [(name: String, value: String)]
        var url = "https://shop.example/"
        let reason: String
    }

    private static let client = "203.0.113.77"
    /// What a client sends to appear as somebody else.
    private static let forged = [(name: "X-Forwarded-Host", value: "evil.example"), (name: "X-Real-IP", value: "6.6.6.6")]

    @Test(arguments: [
        PresetRow(
            preset: .nginx,
            fields: [("X-Forwarded-For", "6.6.6.6, 203.0.113.77"), ("X-Forwarded-Proto", "https")],
            reason: "nginx appends"
        ),
        PresetRow(
            preset: .nginx,
            fields: [
                ("X-Forwarded-For", "203.0.113.77"), ("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "www.shop.example"),
            ],
            url: "https://www.shop.example/",
            reason: "nginx with the backend's name as Host"
        ),
        PresetRow(
            preset: .nginx,
            fields: [("X-Forwarded-For", "203.0.113.77"), ("X-Forwarded-Ssl", "on")],
            reason: "an older configuration, which writes X-Forwarded-Ssl"
        ),
        PresetRow(
            preset: .nginx,
            fields: [("X-Forwarded-For", "203.0.113.77"), ("X-Forwarded-Ssl", "off"), ("X-Forwarded-Port", "80")],
            url: "http://shop.example/",
            reason: "without TLS"
        ),
        PresetRow(
            preset: .cloudflare,
            fields: forged + [
                ("CF-Connecting-IP", "203.0.113.77"), ("X-Forwarded-For", "6.6.6.6,203.0.113.77"),
                ("X-Forwarded-Proto", "https"), ("CF-Visitor", #"{"scheme":"https"}"#), ("True-Client-IP", "6.6.6.6"),
            ],
            reason: "Cloudflare overwrites its own field only"
        ),
        PresetRow(
            preset: .cloudflare,
            fields: [
                ("CF-Connecting-IP", "203.0.113.77"), ("X-Forwarded-Proto", "http"), ("CF-Visitor", #"{"scheme":"https"}"#),
            ],
            reason: "Cloudflare with a proxy behind it that terminates no TLS"
        ),
        PresetRow(
            preset: .cloudflare,
            fields: [("CF-Connecting-IP", "203.0.113.77"), ("X-Forwarded-Proto", "https"), ("CF-Visitor", "{}")],
            reason: "a CF-Visitor without a scheme"
        ),
        PresetRow(
            preset: .awsALB,
            fields: forged + [
                ("X-Forwarded-For", "6.6.6.6, 203.0.113.77"), ("X-Forwarded-Proto", "https"), ("X-Forwarded-Port", "443"),
            ],
            reason: "ALB appends"
        ),
        PresetRow(
            preset: .awsALB,
            fields: [("X-Forwarded-For", "203.0.113.77"), ("X-Forwarded-Port", "443, 443")],
            reason: "two balancers in a row"
        ),
        PresetRow(
            preset: .awsALB,
            fields: [("X-Forwarded-For", "203.0.113.77"), ("X-Forwarded-Port", "443, 80")],
            url: "http://shop.example/",
            reason: "of which one terminates no TLS"
        ),
        PresetRow(
            preset: .fastly,
            fields: [
                ("Fastly-Client-IP", "6.6.6.6"), ("X-Forwarded-For", "6.6.6.6, 203.0.113.77"), ("X-Forwarded-Proto", "https"),
                ("X-Forwarded-Host", "shop.example"),
            ],
            reason: "Fastly passes on a client's Fastly-Client-IP"
        ),
        PresetRow(
            preset: .fly,
            fields: forged + [
                ("Fly-Client-IP", "203.0.113.77"), ("X-Forwarded-For", "6.6.6.6, 203.0.113.77, 10.0.0.3"),
                ("X-Forwarded-Proto", "https"), ("X-Forwarded-Port", "443"), ("X-Forwarded-Ssl", "on"),
            ],
            reason: "Fly.io overwrites its own field"
        ),
        PresetRow(
            preset: .heroku,
            fields: forged + [
                ("X-Forwarded-For", "6.6.6.6, 203.0.113.77"), ("X-Forwarded-Proto", "https"), ("X-Forwarded-Port", "443"),
            ],
            reason: "Heroku's router appends"
        ),
    ])
    func findsTheVisitor(_ row: PresetRow) throws {
        var configuration = CaptureConfiguration()
        configuration.trustedProxies = try TrustedProxies("10.0.0.0/8")
        configuration.trustedProxies.apply(row.preset)
        let request = try makeRequest("/", scheme: "http", row.fields + [(name: "User-Agent", value: "Mozilla/5.0")])
        let visit = try resolve(request, from: PeerAddress(text: "10.0.0.2"), configuration: configuration)
        let direct = try resolve(makeRequest("/"), from: PeerAddress(text: Self.client))
        #expect(visit.identity == direct.identity)
        #expect(visit.url.text == row.url)
    }

    @Test(arguments: TrustedProxies.Preset.all)
    func trustsNoNetworkByItself(_ preset: TrustedProxies.Preset) throws {
        var configuration = CaptureConfiguration()
        configuration.trustedProxies.apply(preset)
        let fields = ["X-Forwarded-For", "CF-Connecting-IP", "Fly-Client-IP", "True-Client-IP"]
            .map { (name: $0, value: "6.6.6.6") }
        let request = try makeRequest("/", fields + [(name: "User-Agent", value: "Mozilla/5.0")])
        let visit = try resolve(request, from: PeerAddress(text: Self.client), configuration: configuration)
        #expect(try visit.identity == resolve(makeRequest("/"), from: PeerAddress(text: Self.client)).identity)
    }

    /// Akamai's field, and that of Cloudflare's Enterprise plan.
    @Test func readsTrueClientIP() throws {
        var configuration = CaptureConfiguration()
        configuration.trustedProxies = try TrustedProxies("10.0.0.0/8")
        configuration.trustedProxies.header = .named(try #require(HTTPField.Name("True-Client-IP")))
        let request = try makeRequest("/", [("True-Client-IP", Self.client), ("User-Agent", "Mozilla/5.0")])
        let visit = try resolve(request, from: PeerAddress(text: "10.0.0.2"), configuration: configuration)
        #expect(try visit.identity == resolve(makeRequest("/"), from: PeerAddress(text: Self.client)).identity)
    }
}
