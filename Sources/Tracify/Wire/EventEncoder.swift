//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// An encoder of events in Tracify's wire form, JSON in UTF-8.
///
/// The form is that of the contract, "Event". Encoding an event twice yields the same bytes.
package struct EventEncoder: Sendable {
    /// The optional members that are written.
    package let configuration: EncodingConfiguration

    /// Creates an encoder.
    ///
    /// - Parameter configuration: The optional members to write; none by default.
    package init(configuration: EncodingConfiguration = EncodingConfiguration()) {
        self.configuration = configuration
    }

    /// Encodes the body of a request, `{"events":[…]}`.
    ///
    /// - Parameter events: The events in the order of the body. The contract requires at least one; without any, the body is
    ///   valid JSON that the endpoint rejects.
    /// - Returns: The body.
    package func encode(_ events: some Collection<Event>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(32 + events.count * 700)
        JSONWriter.writeRaw(#"{"events":["#, to: &bytes)
        var isFirst = true
        for event in events {
            if !isFirst { bytes.append(UInt8(ascii: ",")) }
            isFirst = false
            self.encode(event, into: &bytes)
        }
        JSONWriter.writeRaw("]}", to: &bytes)
        return bytes
    }

    /// Encodes one event, an element of a body's `events` array, and appends it.
    ///
    /// - Parameters:
    ///   - event: The event.
    ///   - bytes: The buffer that the event's object is appended to.
    package func encode(_ event: Event, into bytes: inout [UInt8]) {
        JSONWriter.writeRaw(#"{"url":"#, to: &bytes)
        JSONWriter.write(event.url.text, to: &bytes)
        JSONWriter.writeRaw(#","customer_site_id":"#, to: &bytes)
        JSONWriter.write(event.customerSiteID.text, to: &bytes)
        JSONWriter.writeRaw(#","identity_data":{"#, to: &bytes)
        self.encode(event.identity, into: &bytes)
        JSONWriter.writeRaw(#"},"datetime":""#, to: &bytes)
        UTCDateTime.write(seconds: event.seconds, to: &bytes)
        JSONWriter.writeRaw(#"","type":"#, to: &bytes)
        JSONWriter.write(event.type.rawValue, to: &bytes)
        JSONWriter.writeRaw(#","data":{"#, to: &bytes)
        if let referer = event.referer {
            JSONWriter.writeRaw(#""Referer":"#, to: &bytes)
            JSONWriter.write(referer.text, to: &bytes)
            bytes.append(UInt8(ascii: ","))
        }
        JSONWriter.writeRaw(#""origin":"#, to: &bytes)
        JSONWriter.write(event.origin.text, to: &bytes)
        for parameter in event.parameters {
            self.encode(parameter.name, parameter.value, into: &bytes)
        }
        self.encode(event.detail, into: &bytes)
        JSONWriter.writeRaw("}}", to: &bytes)
    }

    /// Appends the hashes, which are the keys of an object; those of an event differ from each other.
    private func encode(_ identity: IdentityData, into bytes: inout [UInt8]) {
        if let email = identity.email {
            self.encode(email, "\":1,", into: &bytes)
        }
        self.encode(identity.session, "\":2,", into: &bytes)
        self.encode(identity.address, "\":3,", into: &bytes)
        self.encode(identity.userAgent, "\":4", into: &bytes)
    }

    private func encode(_ hash: AnonymizedHash, _ rest: StaticString, into bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        hash.write(to: &bytes)
        JSONWriter.writeRaw(rest, to: &bytes)
    }

    private func encode(_ detail: Event.Detail, into bytes: inout [UInt8]) {
        switch detail {
        case .pageView, .productView:
            break
        case .addToCart(let items):
            self.encode(items, into: &bytes)
        case .purchase(let order):
            self.encode(DataKey.orderID, order.id, into: &bytes)
            self.encode(order.currency, order.amount, into: &bytes)
            self.encode(order.items, into: &bytes)
        case .conversion(let conversion):
            self.encode(DataKey.conversionID, conversion.id, into: &bytes)
            self.encode(conversion.currency, conversion.amount, into: &bytes)
            if self.configuration.sendsConversionValue {
                self.encode(DataKey.conversionValue, conversion.amount.description, into: &bytes)
            }
        case .postPurchaseSurvey(let answer):
            self.encode(DataKey.orderID, answer.orderID, into: &bytes)
            self.encode(DataKey.source, answer.source.rawValue, into: &bytes)
            if let medium = answer.medium {
                self.encode(DataKey.medium, medium, into: &bytes)
            }
        }
    }

    private func encode(_ currency: Currency, _ amount: Amount, into bytes: inout [UInt8]) {
        self.encode(DataKey.currency, currency.code, into: &bytes)
        if self.configuration.sendsCurrencyAsCC {
            self.encode(DataKey.currencyCC, currency.code, into: &bytes)
        }
        self.encode(DataKey.amount, amount.description, into: &bytes)
    }

    private func encode(_ items: [LineItem], into bytes: inout [UInt8]) {
        for (index, item) in items.enumerated() {
            let number = index + 1
            self.encode("ITEM\(number)", item.name, into: &bytes)
            self.encode("AMT\(number)", item.amount.shortText, into: &bytes)
            self.encode("QTY\(number)", "\(item.quantity)", into: &bytes)
        }
    }

    /// Appends a member to `data`, which already contains `origin`.
    private func encode(_ key: String, _ value: String, into bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: ","))
        JSONWriter.write(key, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        JSONWriter.write(value, to: &bytes)
    }
}
