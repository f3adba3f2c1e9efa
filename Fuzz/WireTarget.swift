//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Tracify

/// The target whose input is the body of a request to Tracify.
enum WireTarget {
    /// Requires that parser, validator and decoder agree about the input, and that what they accept can be sent.
    static func test(_ input: [UInt8]) throws {
        guard let document = try? JSONParser.parse(input) else {
            require(EventValidator().validate(input).count == 1, "the validator reports what is not JSON, and no more")
            return require((try? EventDecoder().decode(input)) == nil, "the decoder refuses what is not JSON")
        }
        var json = JSONWriter()
        json.write(document)
        require(try JSONParser.parse(json.bytes) == document, "JSON that was written is the same")

        let deviations = EventValidator.allowingEveryParameter.validate(input)
        guard let events = try? EventDecoder().decode(input) else {
            return require(!deviations.isEmpty || self.lacksSession(document), "the validator reports what the decoder refuses")
        }
        require(deviations.isEmpty, "the decoder refuses what the validator reports: \(deviations)")
        for event in events { try self.check(event, .allowingEveryParameter) }
    }

    /// Requires that an event is valid and decodes to an equal one.
    static func check(_ event: Event, _ validator: EventValidator) throws {
        let body = EventEncoder().encode([event])
        let deviations = validator.validate(body)
        require(deviations.isEmpty, "what is sent complies with the contract: \(deviations)")
        let decoded = try EventDecoder().decode(body)
        require(decoded == [event], "an event decodes to an equal one")
        // Strings are equal by canonical equivalence, so the bytes are compared, too.
        require(EventEncoder().encode(decoded) == body, "an event decodes to one with the same bytes")
    }

    /// The one exception: the contract does not require a session, but an event has one.
    private static func lacksSession(_ document: JSONValue) -> Bool {
        guard case .array(let events)? = document[key: "events"] else { return false }
        return events.contains { event in
            guard case .object(let identity)? = event[key: "identity_data"] else { return false }
            return !identity.contains { $0.value == .number("2") }
        }
    }
}
