//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Foundation
import Testing
import Tracify

struct EventEncoderTests {
    private func data(_ event: Event, _ options: EncodingConfiguration = .init()) throws -> [String: String] {
        let prefix = "events[0].data."
        let texts = try FlatJSON.texts(EventEncoder(configuration: options).encode([event]))
        let data = texts.filter { $0.key.hasPrefix(prefix) }
        return Dictionary(uniqueKeysWithValues: data.map { (String($0.key.dropFirst(prefix.count)), $0.value) })
    }

    private static func options(conversionValue: Bool = false, currencyAsCC: Bool = false) -> EncodingConfiguration {
        var options = EncodingConfiguration()
        options.sendsConversionValue = conversionValue
        options.sendsCurrencyAsCC = currencyAsCC
        return options
    }

    @Test func optionsDefaultToOff() {
        #expect(EventEncoder().configuration == Self.options(conversionValue: false, currencyAsCC: false))
    }

    @Test(arguments: [false, true], [false, true])
    func encodesConversionWithOptions(conversionValue: Bool, currencyAsCC: Bool) throws {
        var expected = [
            "origin": #""https://www.yourwebsite.com""#, "conversion_id": #""c-1""#, "currency": #""JPY""#, "amount": #""7.50""#,
        ]
        if conversionValue { expected["value"] = #""7.50""# }
        if currencyAsCC { expected["cc"] = #""JPY""# }
        let event = try Event.stub(.conversion(.stub(id: "c-1", currency: .jpy, amount: "7.5")))
        let options = Self.options(conversionValue: conversionValue, currencyAsCC: currencyAsCC)
        #expect(try self.data(event, options) == expected)
        try self.expectRoundTrip(event, options)
    }

    @Test(arguments: [false, true], [false, true])
    func encodesPurchaseWithOptions(conversionValue: Bool, currencyAsCC: Bool) throws {
        var expected = [
            "origin": #""https://www.yourwebsite.com""#, "order_id": #""o-1""#, "currency": #""EUR""#, "amount": #""25.50""#,
            "ITEM1": #""Tea""#, "AMT1": #""25.50""#, "QTY1": #""1""#,
        ]
        if currencyAsCC { expected["cc"] = #""EUR""# }
        let order = try Order.stub(id: "o-1", amount: "25.5", items: [.stub(name: "Tea", amount: "25.5", quantity: 1)])
        let options = Self.options(conversionValue: conversionValue, currencyAsCC: currencyAsCC)
        #expect(try self.data(.stub(.purchase(order)), options) == expected)
        try self.expectRoundTrip(.stub(.purchase(order)), options)
    }

    @Test(arguments: [Event.Detail.pageView, .productView, .addToCart([])])
    func optionsDoNotAffectOtherEvents(_ detail: Event.Detail) throws {
        let options = Self.options(conversionValue: true, currencyAsCC: true)
        #expect(try self.data(.stub(detail), options) == ["origin": #""https://www.yourwebsite.com""#])
    }

    private func expectRoundTrip(_ event: Event, _ options: EncodingConfiguration) throws {
        let body = EventEncoder(configuration: options).encode([event])
        #expect(try EventDecoder().decode(body) == [event])
        #expect(EventValidator().validate(body) == [])
    }

    @Test func numbersItemsFrom1() throws {
        let items = try (1...12).map { try LineItem.stub(name: "item \($0)", amount: "\($0)", quantity: $0) }
        let data = try self.data(.stub(.addToCart(items)))
        #expect(data.count == 1 + 3 * 12)
        for number in 1...12 {
            #expect(data["ITEM\(number)"] == "\"item \(number)\"")
            #expect(data["AMT\(number)"] == "\"\(number)\"")
            #expect(data["QTY\(number)"] == "\"\(number)\"")
        }
    }

    @Test func keepsOrderOfEvents() throws {
        let events = try (0..<20).map { try Event.stub(.conversion(.stub(id: "c\($0)"))) }
        let texts = try FlatJSON.texts(EventEncoder().encode(events))
        for index in events.indices {
            #expect(texts["events[\(index)].data.conversion_id"] == "\"c\(index)\"")
        }
        #expect(try EventDecoder().decode(EventEncoder().encode(events)) == events)
    }

    @Test func isWellFormedWithoutEvents() throws {
        #expect(String(decoding: EventEncoder().encode([]), as: UTF8.self) == #"{"events":[]}"#)
    }

    @Test func encodesWithoutLineBreaks() throws {
        let event = try Event.stub(.purchase(.stub(id: "a\nb\r\u{2028}", items: [.stub(name: "c\nd")])))
        let bytes = EventEncoder().encode(event)
        #expect(!bytes.contains(0x0A) && !bytes.contains(0x0D))
        #expect(EventEncoder().encode([event]) == Array(#"{"events":["#.utf8) + bytes + Array("]}".utf8))
    }

    @Test func omitsUnknownEmail() throws {
        let event = try Event.stub(identity: .stub(withEmail: false))
        let texts = try FlatJSON.texts(EventEncoder().encode([event])).filter { $0.key.contains("identity_data") }
        #expect(Set(texts.values) == ["2", "3", "4"])
        #expect(EventValidator().validate(EventEncoder().encode([event])) == [])
    }

    /// The email can have the same hash as the address, the user agent or the session.
    ///
    /// Class 1 is optional; 3 and 4 are required.
    @Test(arguments: [2, 3, 4])
    func emailHashDoesNotReplaceRequiredHash(_ kind: Int) throws {
        var identity = try IdentityData.stub()
        identity.email = try .stub(kind)
        let body = EventEncoder().encode([try Event.stub(identity: identity)])
        #expect(EventValidator().validate(body) == [])
        let texts = try FlatJSON.texts(body)
        #expect(try texts["events[0].identity_data.\(AnonymizedHash.stub(3))"] == "3")
        #expect(try texts["events[0].identity_data.\(AnonymizedHash.stub(4))"] == "4")
    }

    /// An object has each key once, and the contract requires the classes 3 and 4, so an event with equal hashes cannot be written.
    @Test(arguments: [(2, 2, 4), (2, 3, 2), (2, 3, 3)])
    func requiresDifferentHashes(session: Int, address: Int, userAgent: Int) throws {
        let identity = try IdentityData(session: .stub(session), address: .stub(address), userAgent: .stub(userAgent))
        let error = #expect(throws: ValidationError.self) { _ = try Event.stub(identity: identity) }
        #expect(error?.field == "identity_data")
    }
}
