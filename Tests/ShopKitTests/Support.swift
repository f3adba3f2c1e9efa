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
import HTTPTypes
import ShopKit
import Synchronization
import Testing
import Tracify

/// An observer that records its calls.
///
/// Its order functions can be made to throw.
final class RecordingObserver: CartObserver, OrderObserver {
    struct State {
        var productViews: [Visit?] = []
        var additions: [[LineItem]] = []
        var orders: [(order: Order, visit: Visit)] = []
        var conversions: [(conversion: Conversion, visit: Visit)] = []
        var failures: [EventType] = []
    }

    private let state = Mutex(State())
    private let error: (any Error)?

    init(throwing error: (any Error)? = nil) {
        self.error = error
    }

    var productViews: [Visit?] { self.state.withLock { $0.productViews } }
    var additions: [[LineItem]] { self.state.withLock { $0.additions } }
    var orders: [(order: Order, visit: Visit)] { self.state.withLock { $0.orders } }
    var conversions: [(conversion: Conversion, visit: Visit)] { self.state.withLock { $0.conversions } }
    var failures: [EventType] { self.state.withLock { $0.failures } }

    func productViewed(by visit: Visit?) {
        self.state.withLock { $0.productViews.append(visit) }
    }

    func itemsAddedToCart(_ items: [LineItem], by visit: Visit?) {
        self.state.withLock { $0.additions.append(items) }
    }

    func orderPlaced(_ order: Order, by visit: Visit) async throws -> OrderReceipt {
        if let error = self.error { throw error }
        self.state.withLock { $0.orders.append((order, visit)) }
        return OrderReceipt()
    }

    func conversionCompleted(_ conversion: Conversion, by visit: Visit) async throws -> OrderReceipt {
        if let error = self.error { throw error }
        self.state.withLock { $0.conversions.append((conversion, visit)) }
        return OrderReceipt()
    }

    func surveyAnswered(_ answer: SurveyAnswer, by visit: Visit) async throws -> OrderReceipt { OrderReceipt() }

    func reportFailed(_ error: any Error, for type: EventType) {
        self.state.withLock { $0.failures.append(type) }
    }
}

extension Shop {
    init(_ observer: RecordingObserver) {
        self.init(cart: observer, orders: observer)
    }
}

/// A failure that the customer did not cause.
struct SomeFailure: Error {}

extension Visit {
    static let stub = Visit(
        HTTPRequest(
            method: .post,
            scheme: "https",
            authority: "shop.example",
            path: "/checkout?utm_source=news",
            headerFields: [.userAgent: "Mozilla/5.0"]
        ),
        from: .ip(IPAddress(ipv4: 0xCB00_7107)),
        at: Date(timeIntervalSince1970: 1_800_000_000)
    )

    /// The encoded form of the visit, which contains the hash of the email, for comparison.
    var fingerprint: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = .sortedKeys
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        }
    }
}

extension ShopRequest {
    static func form(_ body: String, cookie: String? = nil) -> ShopRequest {
        ShopRequest(contentType: "application/x-www-form-urlencoded", cookie: cookie, body: Array(body.utf8))
    }

    static func json(_ body: String, cookie: String? = nil) -> ShopRequest {
        ShopRequest(contentType: "application/json; charset=utf-8", cookie: cookie, body: Array(body.utf8))
    }
}

extension ShopResponse {
    var text: String { String(decoding: self.body, as: UTF8.self) }

    func header(_ name: String) -> String? {
        self.headers.first { $0.name == name }?.value
    }

    /// The value of `error` in a JSON response.
    var reason: String {
        get throws {
            struct ErrorBody: Decodable { let error: String }
            return try JSONDecoder().decode(ErrorBody.self, from: Data(self.body)).error
        }
    }

    func expectHTML(sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(self.header("content-type") == "text/html; charset=utf-8", sourceLocation: sourceLocation)
        #expect(self.text.hasPrefix("<!doctype html>"), sourceLocation: sourceLocation)
    }

    /// Expects that the page of an invalid form names the field.
    func expectPage(naming field: String, sourceLocation: SourceLocation = #_sourceLocation) {
        self.expectHTML(sourceLocation: sourceLocation)
        #expect(self.text.contains("role=\"alert\">\(field) is "), sourceLocation: sourceLocation)
    }
}
