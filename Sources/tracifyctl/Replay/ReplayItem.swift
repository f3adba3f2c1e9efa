//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Tool
import Tracify
#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A place in a file: everything before it is delivered or was written to the file of rejected events.
struct ReplayPosition: Hashable, Sendable {
    /// The number of bytes before the line.
    var offset = 0
    /// The number of lines before the line.
    var line = 0
    /// The number of events of the line that are before the place; more than 0 only within a body.
    var event = 0
}

/// An event of a file, or a line that is none.
struct ReplayItem: Sendable {
    /// The event's JSON in one line; the line itself when it is no event.
    let json: [UInt8]
    /// The type; `nil` when it is not one of the contract.
    let type: EventType?
    /// The time of the event, `YYYY-MM-DD hh:mm:ss`; `nil` without a valid one.
    let time: String?
    /// The line, from 1.
    let line: Int
    /// The place behind the event.
    let end: ReplayPosition
    /// Why the line is no event; `nil` for an event.
    var problem: String?
    /// Whether the line is the last one of a file and has no end yet.
    var isIncomplete = false

    init(_ value: JSONValue, json: [UInt8], line: Int, end: ReplayPosition) {
        self.json = json
        self.type = value[key: "type"]?.string.flatMap(EventType.init)
        self.time = value[key: "datetime"]?.string.flatMap { UTCDateTime.parse($0) == nil ? nil : $0 }
        self.line = line
        self.end = end
    }

    init(problem: String, json: [UInt8], line: Int, end: ReplayPosition, isIncomplete: Bool = false) {
        self.json = json
        self.type = nil
        self.time = nil
        self.line = line
        self.end = end
        self.problem = problem
        self.isIncomplete = isIncomplete
    }

    /// The event for a batch.
    ///
    /// A sink sends the JSON; the type and date are for stores.
    var encoded: EncodedEvent {
        EncodedEvent(id: EventID(), type: self.type ?? .pageView, date: Date(timeIntervalSince1970: 0), json: self.json[...])
    }
}
#endif
