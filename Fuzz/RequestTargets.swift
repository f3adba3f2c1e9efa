//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import HTTPTypes
import Tracify

/// The targets whose input is a part of a request.
enum RequestTargets {
    private static let client = PeerAddress(text: "203.0.113.77")
    private static let call = RequestTargets.fields(Array("Sec-Fetch-Mode: cors".utf8)[...])

    /// The input is the target of a request.
    static func query(_ input: [UInt8]) throws {
        var request = self.request(target: String(decoding: input, as: UTF8.self))
        try self.capturingQueries.observe(request, from: self.client)
        // The page of a script's call is another one.
        for field in Self.call { request.headerFields.append(field) }
        try self.capturingQueries.observe(request, from: self.client)
    }

    /// The input is the header of a request that came through a trusted proxy.
    static func forwarding(_ input: [UInt8]) throws {
        let request = self.request(fields: self.fields(input[...]))
        // One of them, so that more inputs are tried; a longer input tries the next.
        try self.behindProxies[input.count % self.behindProxies.count].observe(request, from: PeerAddress(text: "10.0.0.1"))
    }

    /// The input is the value of `Cookie`, a line for each field.
    static func cookies(_ input: [UInt8]) throws {
        let fields = input.split(separator: UInt8(ascii: "\n")).map { HTTPField(name: .cookie, value: Array($0)) }
        for path in Self.askingForConsent { try path.observe(self.request(fields: fields), from: self.client) }
    }

    /// The input is a line with the setting of a consent policy, and the header of a request.
    static func consent(_ input: [UInt8]) throws {
        let (setting, header) = self.splitLine(input)
        guard let policy = try? ConsentPolicy(setting: String(decoding: setting, as: UTF8.self)) else { return }
        try RequestPath { $0.consent = policy }.observe(self.request(fields: self.fields(header)), from: self.client)
    }

    /// The input is a line with a URL, the value of `Referer`, and the rest of the header.
    static func referrer(_ input: [UInt8]) throws {
        let (url, header) = self.splitLine(input)
        let fields = [HTTPField(name: .referer, value: Array(url))] + self.fields(header)
        try self.capturingQueries.observe(self.request(fields: fields), from: self.client)
        try self.capturingQueries.observe(self.request(method: .post, fields: self.call + fields), from: self.client)
        let text = String(decoding: url, as: UTF8.self)
        for keepsQuery in [false, true] {
            if let referer = try? Referer(text, keepsQuery: keepsQuery) {
                require(try Referer(referer.text, keepsQuery: keepsQuery) == referer, "a referrer is canonical")
            }
            if let page = try? PageURL(text, keepsQuery: keepsQuery) {
                require(try PageURL(page.text, keepsQuery: keepsQuery) == page, "a page's URL is canonical")
                require(try Origin(page.origin.text) == page.origin, "a page's origin is canonical")
            }
        }
    }

    private static let capturingQueries = constant {
        try RequestPath {
            $0.urlParameters = ["gclid", "fbclid"]
            $0.urlQueryKeys = ["q", "page"]
            $0.excludedPaths = [try PathPattern("/admin/**")]
            $0.productPaths = [try PathPattern("/products/*")]
        }
    }
    private static let behindProxies = constant {
        let named = HTTPField.Name("CF-Connecting-IP").map { TrustedProxies.Header.named($0) }
        return try [.automatic, .xForwardedFor, .forwarded, named ?? .automatic]
            .map { header in
                try RequestPath {
                    $0.trustedProxies = try TrustedProxies("10.0.0.0/8,fd00::/8")
                    $0.trustedProxies.header = header
                }
            }
    }
    private static let askingForConsent = constant {
        try [ConsentPolicy.privacySignals, .cookie(named: "consent", value: "yes")]
            .map { policy in
                try RequestPath { $0.consent = policy }
            }
    }

    private static func request(
        method: HTTPRequest.Method = .get,
        target: String = "/tea?utm_source=mail",
        fields: [HTTPField] = []
    ) -> HTTPRequest {
        var request = HTTPRequest(method: method, scheme: "https", authority: "shop.example", path: target)
        for field in fields { request.headerFields.append(field) }
        if request.headerFields[.userAgent] == nil {
            request.headerFields[.userAgent] = "Mozilla/5.0 (X11; Linux x86_64; rv:126.0) Gecko/20100101 Firefox/126.0"
        }
        return request
    }

    /// Returns the fields of a header, `name: value` in each line.
    private static func fields(_ header: ArraySlice<UInt8>) -> [HTTPField] {
        header.split(separator: UInt8(ascii: "\n"))
            .compactMap { line in
                let parts = line.split(separator: UInt8(ascii: ":"), maxSplits: 1, omittingEmptySubsequences: false)
                guard parts.count == 2, let name = HTTPField.Name(String(decoding: parts[0], as: UTF8.self)) else { return nil }
                return HTTPField(name: name, value: Array(parts[1].drop { $0 == UInt8(ascii: " ") }))
            }
    }

    private static func splitLine(_ input: [UInt8]) -> (first: ArraySlice<UInt8>, rest: ArraySlice<UInt8>) {
        let end = input.firstIndex(of: UInt8(ascii: "\n")) ?? input.endIndex
        return (input[..<end], input[end...].dropFirst())
    }
}
