/// Compares JSON of any origin with the contract and lists every deviation.
///
/// For collectors, replays and other languages' integrations: it tells what Tracify would not take, or would take and not use,
/// with the event's index, the field and the rule.
public struct EventValidator: Sendable {
    /// One place where JSON differs from the contract.
    public struct Deviation: Hashable, Sendable, Codable, CustomStringConvertible {
        /// The event's place in `events`, from 0; `nil` when the document itself is at fault.
        public let eventIndex: Int?
        /// The field, with a point before the keys of an inner object: `url`, `data.amount`, `data.ITEM2`.
        public let field: String
        /// The rule of the contract that is broken, in words.
        public let rule: String

        /// One line.
        public var description: String {
            self.eventIndex.map { "event \($0): \(self.field): \(self.rule)" } ?? "\(self.field): \(self.rule)"
        }
    }

    private let allowedParameters: Set<String>

    /// Creates a validator.
    ///
    /// - Parameter urlParameters: Names of URL parameters that are passed on besides `utm_…` and `trc_…`.
    public init(urlParameters: Set<String> = []) {
        self.allowedParameters = urlParameters
    }

    /// Lists every deviation of a request's body, in the order of the events. Empty for a body that is as it should be.
    public func validate(_ body: [UInt8]) -> [Deviation] {
        let document: JSONValue
        do {
            document = try JSONParser.parse(body)
        } catch {
            return [Deviation(eventIndex: nil, field: "body", rule: error.description)]
        }
        return self.validate(document)
    }

    package func validate(_ document: JSONValue) -> [Deviation] {
        var report = Report()
        guard case .object(let members) = document else {
            report.add("body", "is an object with the member events, not \(document.kind)")
            return report.deviations
        }
        report.checkMembers(members, known: ["events"], of: "body")
        guard let events = document[key: "events"] else {
            report.add("events", "is required")
            return report.deviations
        }
        guard case .array(let values) = events else {
            report.add("events", "is an array, not \(events.kind)")
            return report.deviations
        }
        if values.isEmpty {
            report.add("events", "has one event or many, never none")
        }
        for (index, value) in values.enumerated() {
            report.eventIndex = index
            self.validate(event: value, &report)
        }
        return report.deviations
    }

    private func validate(event: JSONValue, _ report: inout Report) {
        guard case .object(let members) = event else {
            report.add("event", "is an object, not \(event.kind)")
            return
        }
        report.checkMembers(
            members,
            known: ["url", "customer_site_id", "identity_data", "datetime", "type", "data"],
            of: nil
        )
        if let url = report.text("url", in: event) { report.checkURL(url, field: "url", minimumLength: 7, isPage: true) }
        if let id = report.text("customer_site_id", in: event), (try? CustomerSiteID(id))?.text != id {
            report.add("customer_site_id", "is a UUID in lower case")
        }
        if let time = report.text("datetime", in: event), WireTime.parse(time) == nil {
            report.add("datetime", "is a UTC time that exists, written YYYY-MM-DD hh:mm:ss")
        }
        self.validate(identity: event[key: "identity_data"], &report)

        var type: EventType?
        if let name = report.text("type", in: event) {
            type = EventType(rawValue: name)
            if type == nil {
                report.add("type", "is one of \(EventType.allCases.map(\.rawValue).joined(separator: ", "))")
            }
        }
        switch event[key: "data"] {
        case .object(let data)?:
            DataRules(type: type, allowedParameters: self.allowedParameters).validate(data, &report)
        case let other?:
            report.add("data", "is an object, not \(other.kind)")
        case nil:
            report.add("data", "is required")
        }
    }

    private func validate(identity: JSONValue?, _ report: inout Report) {
        guard let identity else {
            report.add("identity_data", "is required")
            return
        }
        guard case .object(let members) = identity else {
            report.add("identity_data", "is an object, not \(identity.kind)")
            return
        }
        var kinds: Set<String> = []
        for member in members {
            if (try? AnonymizedHash(member.key)) == nil {
                report.add("identity_data", "has keys of 64 lower-case hexadecimal characters")
            }
            guard case .number(let kind) = member.value, ["1", "2", "3", "4"].contains(kind) else {
                report.add("identity_data", "has the numbers 1 to 4 as values")
                continue
            }
            if !kinds.insert(kind).inserted {
                report.add("identity_data", "has each class once")
            }
        }
        if Set(members.map(\.key)).count < members.count {
            report.add("identity_data", "has each hash once")
        }
        for (kind, name) in [("3", "the IP address"), ("4", "the user agent")] where !kinds.contains(kind) {
            report.add("identity_data", "has \(name), class \(kind)")
        }
    }
}

extension EventValidator {
    /// What has been found so far, and the checks that several fields share.
    struct Report {
        var eventIndex: Int?
        private(set) var deviations: [Deviation] = []

        mutating func add(_ field: String, _ rule: String) {
            self.deviations.append(Deviation(eventIndex: self.eventIndex, field: field, rule: rule))
        }

        /// The string under a required key.
        mutating func text(_ key: String, in value: JSONValue) -> String? {
            switch value[key: key] {
            case .string(let text)?:
                return text
            case let other?:
                self.add(key, "is a string, not \(other.kind)")
            case nil:
                self.add(key, "is required")
            }
            return nil
        }

        /// Reports keys that the contract does not have and keys that repeat. A key is foreign text, so it is shown cut and
        /// only when it is a plain name.
        mutating func checkMembers(_ members: [JSONValue.Member], known: Set<String>, of parent: String?) {
            var seen: Set<String> = []
            for member in members {
                let field = [parent, Report.shown(member.key)].compactMap { $0 }.joined(separator: ".")
                if !known.contains(member.key) {
                    self.add(field, "is no field of the contract")
                }
                if !seen.insert(member.key).inserted {
                    self.add(field, "appears once")
                }
            }
        }

        mutating func checkURL(_ url: String, field: String, minimumLength: Int, isPage: Bool) {
            if url.unicodeScalars.count < minimumLength {
                self.add(field, "has at least \(minimumLength) characters")
            }
            let isURL = isPage ? (try? PageURL(url, keepsQuery: true)) != nil : (try? Referer(url, keepsQuery: true)) != nil
            guard isURL, let parts = URLParts(url[...]) else {
                self.add(field, "is an absolute URL with scheme and host")
                return
            }
            if parts.authority.utf8.contains(UInt8(ascii: "@")) {
                self.add(field, "has no user info")
            }
            if url.utf8.contains(UInt8(ascii: "#")) {
                self.add(field, "has no fragment")
            }
        }

        static func shown(_ key: String) -> String {
            key.utf8.count <= URLParameter.maximumNameLength && !key.isEmpty && key.utf8.allSatisfy(URLParameter.isNameByte)
                ? key : "(a key that is no plain name)"
        }
    }
}
