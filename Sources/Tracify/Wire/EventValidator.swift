//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// A validator that compares JSON from any source with the contract and lists every deviation.
///
/// Use it in collectors, in replays and for integrations in other languages. It reports what Tracify would reject, and what it
/// would accept but not use. Where the contract has no limit, those of ``Order``, ``LineItem``, ``SurveyAnswer``, ``URLParameter``,
/// ``PageURL`` and ``Amount`` apply.
public struct EventValidator: Sendable {
    /// A deviation of one field from the contract.
    public struct Deviation: Hashable, Sendable, Codable, CustomStringConvertible {
        /// The index of the event in `events`, from 0; `nil` if the deviation is in the body itself.
        public let eventIndex: Int?
        /// The path of the field, with a point between the keys: `url`, `data.amount`, `data.ITEM2`.
        ///
        /// A key that is not a valid name of a campaign parameter appears as `(key not shown)`, because it may contain personal
        /// data or control characters.
        public let field: String
        /// The broken rule in words, such as `is required` or `must be a string, not a number`.
        ///
        /// For a body that is not JSON, it is the syntax error and its position. The rule never contains a value.
        public let rule: String

        /// One line with the event's index, the field and the rule.
        public var description: String {
            self.eventIndex.map { "event \($0): \(self.field): \(self.rule)" } ?? "\(self.field): \(self.rule)"
        }
    }

    /// A validator that allows every name that a campaign parameter may have.
    ///
    /// Bodies of this package that were written with an allow-list that is not known have no deviations.
    package static let allowingEveryParameter = EventValidator(allowedParameters: nil)

    /// The names of campaign parameters besides `utm_…` and `trc_…`; `nil` if every name is allowed.
    private let allowedParameters: Set<String>?

    private init(allowedParameters: Set<String>?) {
        self.allowedParameters = allowedParameters
    }

    /// Creates a validator.
    ///
    /// - Parameter urlParameters: The allow-list of names of campaign parameters besides `utm_…` and `trc_…`.
    public init(urlParameters: Set<String> = []) {
        self.allowedParameters = urlParameters
    }

    /// Validates the body of a request, `{"events":[…]}`.
    ///
    /// - Parameter body: The body as JSON in UTF-8.
    /// - Returns: All deviations in the order of the events; empty if the body complies with the contract.
    public func validate(_ body: [UInt8]) -> [Deviation] {
        let document: JSONValue
        do {
            document = try JSONParser.parse(body)
        } catch {
            return [Deviation(eventIndex: nil, field: "body", rule: error.description)]
        }
        return self.validate(document)
    }

    /// Validates one parsed event, an element of a body's `events` array.
    ///
    /// - Parameter event: The parsed event.
    /// - Returns: All deviations, with the index 0; empty if the event complies with the contract.
    package func validate(event: JSONValue) -> [Deviation] {
        var report = Report(eventIndex: 0)
        self.validate(event: event, &report)
        return report.deviations
    }

    /// Validates the parsed body of a request.
    ///
    /// - Parameter document: The parsed body.
    /// - Returns: All deviations in the order of the events; empty if the body complies with the contract.
    package func validate(_ document: JSONValue) -> [Deviation] {
        var report = Report()
        guard case .object(let members) = document else {
            report.add("body", "must be an object with the member events, not \(document.kind)")
            return report.deviations
        }
        report.checkMembers(members, known: EventValidator.bodyMembers, of: "body")
        guard let events = document[key: "events"] else {
            report.add("events", "is required")
            return report.deviations
        }
        guard case .array(let values) = events else {
            report.add("events", "must be an array, not \(events.kind)")
            return report.deviations
        }
        if values.isEmpty {
            report.add("events", "must contain at least one event")
        }
        for (index, value) in values.enumerated() {
            report.eventIndex = index
            self.validate(event: value, &report)
        }
        return report.deviations
    }

    private static let bodyMembers = ["events"]
    private static let eventMembers = ["url", "customer_site_id", "identity_data", "datetime", "type", "data"]
    private static let identityClasses = ["1", "2", "3", "4"]

    private func validate(event: JSONValue, _ report: inout Report) {
        guard case .object(let members) = event else {
            report.add("event", "must be an object, not \(event.kind)")
            return
        }
        report.checkMembers(members, known: EventValidator.eventMembers, of: nil)
        if let url = report.text("url", in: event) { report.checkURL(url, field: "url", minimumLength: 7, isPage: true) }
        if let id = report.text("customer_site_id", in: event), !CustomerSiteID.isCanonical(id) {
            report.add("customer_site_id", "must be a lowercase UUID")
        }
        if let time = report.text("datetime", in: event), UTCDateTime.parse(time) == nil {
            report.add("datetime", "must be a valid UTC date and time, YYYY-MM-DD hh:mm:ss")
        }
        self.validate(identity: event[key: "identity_data"], &report)

        var type: EventType?
        if let name = report.text("type", in: event) {
            type = EventType(rawValue: name)
            if type == nil {
                report.add("type", "must be one of \(EventType.allCases.map(\.rawValue).joined(separator: ", "))")
            }
        }
        switch event[key: "data"] {
        case .object(let data)?:
            DataRules(type: type, allowedParameters: self.allowedParameters).validate(data, &report)
        case let other?:
            report.add("data", "must be an object, not \(other.kind)")
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
            report.add("identity_data", "must be an object, not \(identity.kind)")
            return
        }
        // Arrays: an identity has four members, and to hash them would take longer than to compare them.
        var kinds: [String] = []
        for member in members {
            if (try? AnonymizedHash(member.key)) == nil {
                report.add("identity_data", "must have keys of 64 lowercase hexadecimal characters")
            }
            guard case .number(let kind) = member.value, EventValidator.identityClasses.contains(kind) else {
                report.add("identity_data", "must have the numbers 1 to 4 as values")
                continue
            }
            if kinds.contains(kind) {
                report.add("identity_data", "must not repeat a class")
            } else {
                kinds.append(kind)
            }
        }
        if Report.hasRepeatedKey(members) {
            report.add("identity_data", "must not repeat a hash")
        }
        for (kind, name) in [("3", "the IP address"), ("4", "the user agent")] where !kinds.contains(kind) {
            report.add("identity_data", "must contain \(name), class \(kind)")
        }
    }
}

extension EventValidator {
    /// The deviations found so far, and the checks that several fields share.
    struct Report {
        var eventIndex: Int?
        private(set) var deviations: [Deviation] = []

        /// Adds a deviation of the current event, or of the body if there is no current event.
        mutating func add(_ field: String, _ rule: String) {
            self.deviations.append(Deviation(eventIndex: self.eventIndex, field: field, rule: rule))
        }

        /// Returns the string of a required key; reports a missing key or another kind of value and returns `nil`.
        mutating func text(_ key: String, in value: JSONValue) -> String? {
            switch value[key: key] {
            case .string(let text)?:
                return text
            case let other?:
                self.add(key, "must be a string, not \(other.kind)")
            case nil:
                self.add(key, "is required")
            }
            return nil
        }

        /// Reports keys that the contract does not define and keys that repeat.
        mutating func checkMembers(_ members: [JSONValue.Member], known: [String], of parent: String?) {
            // Nearly all events have the known members, each once.
            if members.count <= known.count, members.allSatisfy({ known.contains($0.key) }), !Report.hasRepeatedKey(members) {
                return
            }
            var seen: Set<String> = []
            for member in members {
                let field = [parent, Report.shown(member.key)].compactMap { $0 }.joined(separator: ".")
                if !known.contains(member.key) {
                    self.add(field, "is not a field of the contract")
                }
                if !seen.insert(member.key).inserted {
                    self.add(field, "must not repeat")
                }
            }
        }

        /// Returns whether a key repeats; few keys are compared, which takes less than to hash them.
        static func hasRepeatedKey(_ members: [JSONValue.Member]) -> Bool {
            guard members.count <= 8 else { return Set(members.map(\.key)).count < members.count }
            return members.indices.contains { index in members[..<index].contains { $0.key == members[index].key } }
        }

        /// Reports a URL that is too short, not valid, or contains user info or a fragment.
        mutating func checkURL(_ url: String, field: String, minimumLength: Int, isPage: Bool) {
            if url.unicodeScalars.count < minimumLength {
                self.add(field, "must have at least \(minimumLength) characters")
            }
            let isURL = isPage ? (try? PageURL(url, keepsQuery: true)) != nil : (try? Referer(url, keepsQuery: true)) != nil
            guard isURL, let parts = URLParts.texts(of: url) else {
                self.add(
                    field,
                    "must be an absolute URL with a scheme and a host"
                        + (isPage ? ", at most \(PageURL.maximumLength) bytes" : "")
                )
                return
            }
            if parts.authority.utf8.contains(UInt8(ascii: "@")) {
                self.add(field, "must not contain user info")
            }
            if url.utf8.contains(UInt8(ascii: "#")) {
                self.add(field, "must not contain a fragment")
            }
        }

        /// Reports a text that is blank or longer than a limit in bytes of UTF-8.
        mutating func checkText(_ text: String?, field: String, limit: Int) {
            guard let text, ValidationError.isBlank(text) || text.utf8.count > limit else { return }
            self.add(field, "must have 1 to \(limit) bytes of UTF-8, not only whitespace")
        }

        /// Returns the key if it is a valid name of a campaign parameter, otherwise a placeholder.
        ///
        /// Any other key is untrusted text that may contain personal data or control characters, and the report may be logged.
        static func shown(_ key: String) -> String {
            key.utf8.count <= URLParameter.maximumNameLength && !key.isEmpty && key.utf8.allSatisfy(URLParameter.isNameByte)
                ? key : "(key not shown)"
        }
    }
}
