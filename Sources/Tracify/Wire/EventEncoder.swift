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
        var json = JSONWriter()
        json.writeRaw(#"{"events":["#)
        var isFirst = true
        for event in events {
            if !isFirst { json.writeRaw(",") }
            isFirst = false
            self.encode(event, into: &json)
        }
        json.writeRaw("]}")
        return json.bytes
    }

    /// Encodes one event, an element of a body's `events` array.
    package func encode(_ event: Event) -> [UInt8] {
        var json = JSONWriter()
        self.encode(event, into: &json)
        return json.bytes
    }

    /// Writes one event, an element of a body's `events` array.
    ///
    /// - Parameters:
    ///   - event: The event.
    ///   - json: The writer of the event's object.
    func encode(_ event: Event, into json: inout JSONWriter) {
        self.encode(
            event.detail,
            of: event.customerSiteID,
            on: event.url,
            event.origin,
            from: event.referer,
            with: event.parameters,
            by: event.identity,
            at: event.seconds,
            into: &json
        )
    }

    /// Writes one event whose parts have been checked, without an ``Event`` that would be made for this alone.
    @inline(__always)
    func encode(
        _ detail: Event.Detail,
        of customerSiteID: CustomerSiteID,
        on url: PageURL,
        _ origin: Origin,
        from referer: Referer?,
        with parameters: [URLParameter],
        by identity: IdentityData,
        at seconds: Int64,
        into json: inout JSONWriter
    ) {
        // What is written without a look at each byte has no character that JSON escapes: a URL in canonical form, an ID, a name.
        json.writeRaw(#"{"url":""#)
        json.writeUnescaped(url.text)
        json.writeRaw(#"","customer_site_id":""#)
        json.writeUnescaped(customerSiteID.text)
        json.writeRaw(#"","identity_data":{"#)
        self.encode(identity, into: &json)
        json.writeRaw(#"},"datetime":""#)
        json.writeDateTime(seconds)
        json.writeRaw(#"","type":""#)
        json.writeUnescaped(detail.type.rawValue)
        json.writeRaw(#"","data":{"#)
        if let referer {
            json.writeRaw(#""Referer":""#)
            json.writeUnescaped(referer.text)
            json.writeRaw("\",")
        }
        json.writeRaw(#""origin":""#)
        json.writeUnescaped(origin.text)
        json.writeRaw("\"")
        for index in parameters.indices {
            json.writeRaw(",\"")
            json.writeUnescaped(parameters[index].name)
            json.writeRaw("\":")
            json.write(parameters[index].value)
        }
        self.encode(detail, into: &json)
        json.writeRaw("}}")
    }

    /// Writes the hashes, which are the keys of an object and therefore differ from each other.
    private func encode(_ identity: IdentityData, into json: inout JSONWriter) {
        if let email = identity.distinctEmail {
            self.encode(email, "\":1,", into: &json)
        }
        self.encode(identity.session, "\":2,", into: &json)
        self.encode(identity.address, "\":3,", into: &json)
        self.encode(identity.userAgent, "\":4", into: &json)
    }

    private func encode(_ hash: AnonymizedHash, _ rest: StaticString, into json: inout JSONWriter) {
        json.writeRaw("\"")
        json.writeHexDigits(hash.words.0)
        json.writeHexDigits(hash.words.1)
        json.writeHexDigits(hash.words.2)
        json.writeHexDigits(hash.words.3)
        json.writeRaw(rest)
    }

    private func encode(_ detail: Event.Detail, into json: inout JSONWriter) {
        switch detail {
        case .pageView, .productView:
            break
        case .addToCart(let items):
            self.encode(items, into: &json)
        case .purchase(let order):
            self.encode(DataKey.orderID, order.id, into: &json)
            self.encode(order.currency, order.amount, into: &json)
            self.encode(order.items, into: &json)
        case .conversion(let conversion):
            self.encode(DataKey.conversionID, conversion.id, into: &json)
            self.encode(conversion.currency, conversion.amount, into: &json)
            if self.configuration.sendsConversionValue {
                self.encode(DataKey.conversionValue, conversion.amount.description, into: &json)
            }
        case .postPurchaseSurvey(let answer):
            self.encode(DataKey.orderID, answer.orderID, into: &json)
            self.encode(DataKey.source, answer.source.rawValue, into: &json)
            if let medium = answer.medium {
                self.encode(DataKey.medium, medium, into: &json)
            }
        }
    }

    private func encode(_ currency: Currency, _ amount: Amount, into json: inout JSONWriter) {
        self.encode(DataKey.currency, currency.code, into: &json)
        if self.configuration.sendsCurrencyAsCC {
            self.encode(DataKey.currencyCC, currency.code, into: &json)
        }
        self.encode(DataKey.amount, amount.description, into: &json)
    }

    private func encode(_ items: [LineItem], into json: inout JSONWriter) {
        for (index, item) in items.enumerated() {
            let number = index + 1
            self.encode("ITEM\(number)", item.name, into: &json)
            self.encode("AMT\(number)", item.amount.shortText, into: &json)
            self.encode("QTY\(number)", "\(item.quantity)", into: &json)
        }
    }

    /// Writes a member of `data`, which already contains `origin`.
    private func encode(_ key: String, _ value: String, into json: inout JSONWriter) {
        json.writeRaw(",")
        json.write(key)
        json.writeRaw(":")
        json.write(value)
    }
}
