//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Tool
import Tracify

extension JSONValue {
    /// Returns an object whose members have the order of the list, without those that are `nil`.
    static func object(_ members: KeyValuePairs<String, JSONValue?>) -> JSONValue {
        .object(members.compactMap { key, value in value.map { Member(key: key, value: $0) } })
    }

    /// Returns a whole number.
    static func integer(_ value: Int) -> JSONValue { .number(String(value)) }

    /// Returns an object with the number of events of each type, without the types that have none.
    static func counts(_ counts: [EventType: Int]) -> JSONValue {
        .object(
            EventType.allCases.compactMap { type in
                counts[type].map { Member(key: type.rawValue, value: .integer($0)) }
            }
        )
    }

    /// The value as JSON in one line.
    var line: String {
        var writer = JSONWriter()
        writer.write(self)
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}
#endif
