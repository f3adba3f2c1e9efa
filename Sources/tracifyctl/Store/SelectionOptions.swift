//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Tool
import ArgumentParser
import Tracify

/// The options that select dead letters.
struct SelectionOptions: ParsableArguments {
    @Option(help: "Only events of this type; may be repeated.", transform: EventTypeOption.parse)
    var type: [EventType] = []

    @Option(help: "Only dead letters whose reason contains this text.")
    var reason: String?

    var selection: DeadLetterSelection {
        DeadLetterSelection(types: self.type.isEmpty ? nil : Set(self.type), reason: self.reason)
    }
}

/// The value of an option that names a type of events.
enum EventTypeOption {
    @Sendable static func parse(_ text: String) throws -> EventType {
        guard let type = EventType(rawValue: text) else {
            throw UsageError("The type must be one of \(EventType.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return type
    }
}
#endif
