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
public import Tracify

/// An event that a test expects: its type, and the parts that matter to the test.
///
/// A part that is not given may have any value.
public struct ExpectedEvent: Sendable {
    /// The type.
    let type: EventType
    private var url: String?
    private var referer: String??
    private var parameters: [String: String]?
    private var email: String??
    private var detail: Event.Detail?

    private init(_ type: EventType, on url: String? = nil, detail: Event.Detail? = nil) {
        self.type = type
        self.url = url
        self.detail = detail
    }

    /// Returns a page view.
    ///
    /// - Parameters:
    ///   - url: The page's URL, or its path when the text begins with a slash.
    ///   - parameters: The campaign parameters, all of them.
    /// - Returns: The expectation.
    public static func pageView(_ url: String? = nil, parameters: [String: String]? = nil) -> ExpectedEvent {
        var event = ExpectedEvent(.pageView, on: url)
        event.parameters = parameters
        return event
    }

    /// Returns a product view.
    ///
    /// - Parameter url: The page's URL, or its path when the text begins with a slash.
    /// - Returns: The expectation.
    public static func productView(_ url: String? = nil) -> ExpectedEvent { ExpectedEvent(.productView, on: url) }

    /// Returns an addition to the cart.
    ///
    /// - Parameters:
    ///   - items: The added items.
    ///   - url: The page's URL, or its path when the text begins with a slash.
    /// - Returns: The expectation.
    public static func addToCart(_ items: [LineItem]? = nil, on url: String? = nil) -> ExpectedEvent {
        ExpectedEvent(.addToCart, on: url, detail: items.map(Event.Detail.addToCart))
    }

    /// Returns a placed order.
    ///
    /// - Parameters:
    ///   - order: The order.
    ///   - url: The page's URL, or its path when the text begins with a slash.
    /// - Returns: The expectation.
    public static func purchase(_ order: Order? = nil, on url: String? = nil) -> ExpectedEvent {
        ExpectedEvent(.purchase, on: url, detail: order.map(Event.Detail.purchase))
    }

    /// Returns a completed conversion.
    ///
    /// - Parameters:
    ///   - conversion: The conversion.
    ///   - url: The page's URL, or its path when the text begins with a slash.
    /// - Returns: The expectation.
    public static func conversion(_ conversion: Conversion? = nil, on url: String? = nil) -> ExpectedEvent {
        ExpectedEvent(.conversion, on: url, detail: conversion.map(Event.Detail.conversion))
    }

    /// Returns an answer to the survey after an order.
    ///
    /// - Parameter answer: The answer.
    /// - Returns: The expectation.
    public static func surveyAnswer(_ answer: SurveyAnswer? = nil) -> ExpectedEvent {
        ExpectedEvent(.postPurchaseSurvey, detail: answer.map(Event.Detail.postPurchaseSurvey))
    }

    /// Returns the same event with a referrer.
    ///
    /// - Parameter referer: The `Referer`; `nil` when there must be none.
    /// - Returns: The expectation.
    public func referer(_ referer: String?) -> ExpectedEvent {
        var event = self
        event.referer = .some(referer)
        return event
    }

    /// Returns the same event with campaign parameters.
    ///
    /// - Parameter parameters: The names and values of all campaign parameters.
    /// - Returns: The expectation.
    public func parameters(_ parameters: [String: String]) -> ExpectedEvent {
        var event = self
        event.parameters = parameters
        return event
    }

    /// Returns the same event with a visitor's email address, which an event has as a hash.
    ///
    /// - Parameter email: The email address; `nil` when there must be none.
    /// - Returns: The expectation.
    public func email(_ email: String?) -> ExpectedEvent {
        var event = self
        event.email = .some(email)
        return event
    }

    /// One line: `purchase 1001 on /checkout`.
    var description: String {
        let id = self.detail.flatMap { Fields($0)?["order_id"] ?? Fields($0)?["conversion_id"] }
        return [self.type.rawValue, id, self.url.map { "on \($0)" }].compactMap(\.self).joined(separator: " ")
    }

    /// Returns the differences of an event of the same type, one line for each field; empty when there is none.
    func differences(from event: Event) -> [String] {
        var lines: [String] = []
        func compare(_ name: String, _ expected: String?, _ actual: String?) {
            guard expected != actual else { return }
            let width = max(0, 10 - name.utf8.count)
            lines.append("\(name)\(String(repeating: " ", count: width)) expected \(quoted(expected)), is \(quoted(actual))")
        }
        if let url = self.url { compare("url", url, url.hasPrefix("/") ? event.url.target : event.url.text) }
        if let referer = self.referer { compare("referer", referer, event.referer?.text) }
        if let parameters = self.parameters {
            let actual = Dictionary(event.parameters.map { ($0.name, $0.value) }) { first, _ in first }
            for name in Set(parameters.keys).union(actual.keys).sorted() { compare(name, parameters[name], actual[name]) }
        }
        if let email = self.email {
            let expected = email.map(AnonymizedHash.init(hashing:))
            if expected != event.identity.email {
                let text = expected == nil ? "expected none" : "expected the hash of another one"
                lines.append("email      \(text), is \(event.identity.email == nil ? "none" : "a hash")")
            }
        }
        if let detail = self.detail {
            guard let expected = Fields(detail), let actual = Fields(event.detail) else { return lines + ["data cannot be read"] }
            for name in expected.names + actual.names.filter({ expected[$0] == nil }) {
                compare(name, expected[name], actual[name])
            }
        }
        return lines
    }

    private func quoted(_ text: String?) -> String { text.map { "\"\($0)\"" } ?? "none" }

    /// The fields of an event's own data, by their names on the wire.
    private struct Fields {
        let names: [String]
        private let values: [String: String]

        init?(_ detail: Event.Detail) {
            guard let event = try? Event.stub(detail), let json = try? JSONParser.parse(event.json),
                case .object(let members)? = json[key: "data"]
            else { return nil }
            self.names = members.map(\.key)
            let values = members.map { member in
                switch member.value {
                case .string(let text), .number(let text): (member.key, text)
                default: (member.key, "\(member.value)")
                }
            }
            self.values = Dictionary(values) { first, _ in first }
        }

        subscript(name: String) -> String? { self.values[name] }
    }
}

extension PageURL {
    /// The path, with the query parameters that are kept.
    fileprivate var target: String { String(self.text.dropFirst(self.origin.text.count)) }
}

extension Event {
    /// Returns an event with the detail, on a page and of a visitor that do not matter.
    fileprivate static func stub(_ detail: Detail) throws -> Event {
        let url = try PageURL("https://shop.example/")
        return try Event(
            detail,
            customerSiteID: .stub,
            url: url,
            origin: url.origin,
            identity: IdentityData(
                session: AnonymizedHash(hashing: "session"),
                address: AnonymizedHash(hashing: "address"),
                userAgent: AnonymizedHash(hashing: "agent")
            ),
            date: Date(timeIntervalSince1970: 0)
        )
    }

    /// The event in its wire form.
    fileprivate var json: [UInt8] { EventEncoder(configuration: EncodingConfiguration()).encode(self) }
}
#endif
