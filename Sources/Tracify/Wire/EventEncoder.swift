/// Writes events in Tracify's wire form, straight into bytes.
public struct EventEncoder: Sendable {
    /// What integrations of Tracify disagree about. The page "Server-side events API" is followed; each other form is an option
    /// that is off.
    public struct Options: Sendable, Hashable {
        /// Whether a conversion's amount is sent a second time as `value`, the name it has in Tracify's OpenAPI.
        public var sendsConversionValue = false
        /// Whether the currency of a purchase or a conversion is sent a second time as `cc`, which one public tag says the
        /// endpoint needs.
        public var sendsCurrencyAsCC = false

        /// The page's form.
        public init() {}
    }

    /// Which of the disagreeing forms is written.
    public let options: Options

    /// Creates an encoder.
    public init(options: Options = Options()) {
        self.options = options
    }

    /// A request's body: `{"events":[…]}`.
    ///
    /// - Parameter events: The events, in order. The endpoint takes one or many; with none the body is well-formed, and nothing
    ///   that Tracify takes.
    public func encode(_ events: some Collection<Event>) -> [UInt8] {
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

    /// Appends one event's object.
    public func encode(_ event: Event, into bytes: inout [UInt8]) {
        JSONWriter.writeRaw(#"{"url":"#, to: &bytes)
        JSONWriter.write(event.url.text, to: &bytes)
        JSONWriter.writeRaw(#","customer_site_id":"#, to: &bytes)
        JSONWriter.write(event.customerSiteID.text, to: &bytes)
        JSONWriter.writeRaw(#","identity_data":{"#, to: &bytes)
        self.encode(event.identity, into: &bytes)
        JSONWriter.writeRaw(#"},"datetime":""#, to: &bytes)
        WireTime.write(seconds: event.seconds, to: &bytes)
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

    /// The hashes, each once, as an object has each key once: under the class that is required most when two are equal (an email
    /// that is the own address, a user agent that is).
    private func encode(_ identity: IdentityData, into bytes: inout [UInt8]) {
        let (session, address, userAgent) = (identity.session, identity.address, identity.userAgent)
        if let email = identity.email, email != session, email != address, email != userAgent {
            self.encode(email, "1", isFirst: true, into: &bytes)
            bytes.append(UInt8(ascii: ","))
        }
        if session != address, session != userAgent {
            self.encode(session, "2", isFirst: true, into: &bytes)
            bytes.append(UInt8(ascii: ","))
        }
        self.encode(address, "3", isFirst: true, into: &bytes)
        if userAgent != address {
            self.encode(userAgent, "4", isFirst: false, into: &bytes)
        }
    }

    private func encode(_ hash: AnonymizedHash, _ kind: StaticString, isFirst: Bool, into bytes: inout [UInt8]) {
        if !isFirst { bytes.append(UInt8(ascii: ",")) }
        bytes.append(UInt8(ascii: "\""))
        hash.write(to: &bytes)
        JSONWriter.writeRaw("\":", to: &bytes)
        JSONWriter.writeRaw(kind, to: &bytes)
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
            if self.options.sendsConversionValue {
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
        if self.options.sendsCurrencyAsCC {
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

    /// A further member of `data`, which always begins with `origin`.
    private func encode(_ key: String, _ value: String, into bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: ","))
        JSONWriter.write(key, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        JSONWriter.write(value, to: &bytes)
    }
}
