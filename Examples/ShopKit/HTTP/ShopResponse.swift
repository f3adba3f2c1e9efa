//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The shop's response, which the server framework sends.
public struct ShopResponse: Sendable {
    /// The status code.
    public var status: Int
    /// The header fields, with lowercase names.
    ///
    /// They are `content-type`, `location`, `set-cookie` and `cache-control`. Only `set-cookie` may repeat, and no value contains
    /// a line break.
    public var headers: [(name: String, value: String)]
    /// The body; empty for a redirect.
    public var body: [UInt8]

    /// Creates a response.
    ///
    /// - Parameters:
    ///   - status: The status code.
    ///   - headers: The header fields.
    ///   - body: The body.
    public init(status: Int, headers: [(name: String, value: String)] = [], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}

extension ShopResponse {
    /// Returns a page.
    ///
    /// Every page shows the visitor's cart, so shared caches must not store it.
    static func html(_ page: Page, status: Int, livePage: String?) -> ShopResponse {
        ShopResponse(
            status: status,
            headers: [("content-type", "text/html; charset=utf-8"), ("cache-control", "private, no-cache")],
            body: Array(page.document(livePage: livePage).text.utf8)
        )
    }

    /// Returns a response with a text that is JSON.
    static func json(text: String, status: Int) -> ShopResponse {
        ShopResponse(
            status: status,
            headers: [("content-type", "application/json"), ("cache-control", "no-store")],
            body: Array(text.utf8)
        )
    }

    /// Returns a JSON response.
    static func json(_ answer: some Encodable, status: Int = 200) -> ShopResponse {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let body = try? encoder.encode(answer) else { return .text("the answer could not be written", status: 500) }
        return ShopResponse(
            status: status,
            headers: [("content-type", "application/json"), ("cache-control", "no-store")],
            body: Array(body)
        )
    }

    /// Returns a line of plain text.
    static func text(_ text: String, status: Int = 200) -> ShopResponse {
        ShopResponse(
            status: status,
            headers: [("content-type", "text/plain; charset=utf-8"), ("cache-control", "no-store")],
            body: Array(text.utf8)
        )
    }

    /// Returns a file that is the same for every visitor.
    static func asset(_ text: String, contentType: String) -> ShopResponse {
        ShopResponse(
            status: 200,
            headers: [("content-type", contentType), ("cache-control", "public, max-age=3600")],
            body: Array(text.utf8)
        )
    }

    /// Sends the visitor to another page of the shop.
    static func redirect(_ status: Int, to location: String) -> ShopResponse {
        ShopResponse(status: status, headers: [("location", location), ("cache-control", "no-store")])
    }
}
