//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if TestKit
#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
public import HTTPTypes
public import Tracify

extension CustomerSiteID {
    /// A site's ID for tests: `6b29fc40-ca47-1067-b31d-00dd010662da`.
    public static let stub = CustomerSiteID(
        UUID(uuid: (0x6B, 0x29, 0xFC, 0x40, 0xCA, 0x47, 0x10, 0x67, 0xB3, 0x1D, 0x00, 0xDD, 0x01, 0x06, 0x62, 0xDA))
    )
}

extension PeerAddress {
    /// A client's address for tests, of a network for documentation (RFC 5737).
    public static let stub = PeerAddress(text: "203.0.113.7")

    /// The address of an in-process test client, which has none.
    static let stubWithoutSocket = PeerAddress(text: "192.0.2.1")
}

extension HTTPFields {
    /// The header fields of a browser that opens a page, for a test client.
    public static var navigation: HTTPFields {
        var fields: HTTPFields = [
            .userAgent: "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
            .accept: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
        ]
        for (name, value) in [("Sec-Fetch-Dest", "document"), ("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-User", "?1")] {
            if let name = HTTPField.Name(name) { fields[name] = value }
        }
        return fields
    }
}

extension HTTPRequest {
    /// Returns the request of a browser that opens a page, or sends a form without a script.
    ///
    /// - Parameters:
    ///   - path: The path with its query.
    ///   - method: The method.
    ///   - host: The host.
    ///   - fields: The header fields besides those of ``HTTPTypes/HTTPFields/navigation``, which they replace.
    /// - Returns: The request.
    public static func stub(
        _ path: String = "/",
        method: HTTPRequest.Method = .get,
        host: String = "shop.example",
        fields: HTTPFields = [:]
    ) -> HTTPRequest {
        var request = HTTPRequest(method: method, scheme: "https", authority: host, path: path, headerFields: .navigation)
        for field in fields { request.headerFields[field.name] = field.value }
        return request
    }
}

extension HTTPResponse {
    /// Returns a response with a page.
    ///
    /// - Parameters:
    ///   - status: The status.
    ///   - contentType: The content type.
    /// - Returns: The response.
    public static func stub(_ status: HTTPResponse.Status = .ok, contentType: String = "text/html; charset=utf-8") -> HTTPResponse
    {
        HTTPResponse(status: status, headerFields: [.contentType: contentType])
    }
}

extension Visit {
    /// Returns the visit of a browser's request.
    ///
    /// - Parameters:
    ///   - path: The path with its query.
    ///   - host: The host.
    ///   - fields: Header fields, such as `Referer`.
    ///   - peer: The client.
    /// - Returns: The visit.
    public static func stub(
        _ path: String = "/",
        host: String = "shop.example",
        fields: HTTPFields = [:],
        from peer: PeerAddress = .stub
    ) -> Visit {
        Visit(.stub(path, host: host, fields: fields), from: peer)
    }
}

extension LineItem {
    /// Returns an item.
    ///
    /// - Parameters:
    ///   - name: The name.
    ///   - amount: The amount, such as `12.50`.
    ///   - quantity: The quantity.
    /// - Returns: The item.
    /// - Throws: `ValidationError` for a value that no item has.
    public static func stub(name: String = "Mug", amount: String = "12.50", quantity: Int = 1) throws -> LineItem {
        try LineItem(name: name, amount: Amount(amount), quantity: quantity)
    }
}

extension Order {
    /// Returns an order.
    ///
    /// - Parameters:
    ///   - id: The ID.
    ///   - currency: The currency.
    ///   - amount: The amount, such as `49.90`.
    ///   - items: The items.
    /// - Returns: The order.
    /// - Throws: `ValidationError` for a value that no order has.
    public static func stub(
        id: String = "1001",
        currency: Currency = .eur,
        amount: String = "49.90",
        items: [LineItem] = []
    ) throws -> Order {
        try Order(id: id, currency: currency, amount: Amount(amount), items: items)
    }
}

extension Conversion {
    /// Returns a conversion.
    ///
    /// - Parameters:
    ///   - id: The ID.
    ///   - currency: The currency.
    ///   - amount: The amount, such as `5.00`.
    /// - Returns: The conversion.
    /// - Throws: `ValidationError` for a value that no conversion has.
    public static func stub(id: String = "newsletter-1", currency: Currency = .eur, amount: String = "5.00") throws -> Conversion
    {
        try Conversion(id: id, currency: currency, amount: Amount(amount))
    }
}

extension Tracker {
    /// Handles a request as a server's middleware does, for tests without a server.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - peer: The client.
    ///   - response: The response that the handler returns.
    ///   - isolation: The caller's isolation.
    ///   - handler: The handler, in which `Visit.current` is the request's visit.
    /// - Throws: The error of `handler`; the request is then completed with status 500.
    public func handle(
        _ request: HTTPRequest = .stub(),
        from peer: PeerAddress = .stub,
        response: HTTPResponse = .stub(),
        isolation: isolated (any Actor)? = #isolation,
        handler: () async throws -> Void = {}
    ) async throws {
        let visit = self.visit(for: request, from: peer)
        do {
            try await Visit.$current.withValue(visit) { try await handler() }
        } catch {
            self.requestCompleted(request, response: .stub(.internalServerError), visit: visit)
            throw error
        }
        self.requestCompleted(request, response: response, visit: visit)
    }
}
#endif
