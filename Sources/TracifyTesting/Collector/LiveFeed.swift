//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if TestKit
#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
import Tracify

/// The messages that keep a page up to date.
///
/// A message is a JSON object: `first`, whether it replaces everything; `total`, `rejected`, `counts` and `fault`; the new `events`,
/// `deliveries` and `skipped` requests; `health`, `null` when no tracker is observed; and `shop`, the shop's address, empty when unknown.
enum LiveFeed {
    /// What a page has got.
    struct Cursor {
        var isFirst = true
        var revision = 0
        var event = 0
        var exchange = 0
        var skip = 0
        var health = ""
    }

    /// The maximum number of events, and of deliveries, in a message; older ones are skipped.
    static let maximumCount = 1000

    /// Returns the next message; `nil` when nothing is new.
    static func message(of store: CollectorStore, _ cursor: inout Cursor) -> [UInt8]? {
        let observed = store.observed
        let skipped = (observed?.tracker.skippedRequests ?? []).drop { $0.number <= cursor.skip }
        let health = observed?.tracker.health.json ?? "null"
        let isNew = store.revision != cursor.revision || !skipped.isEmpty || health != cursor.health
        guard isNew || cursor.isFirst else { return nil }
        let content = store.content(after: cursor.event, cursor.exchange, limit: self.maximumCount)
        var json = JSONWriter()
        json.writeRaw(cursor.isFirst ? #"{"first":true,"total":"# : #"{"first":false,"total":"#)
        json.write(content.total)
        json.writeRaw(#","rejected":"#)
        json.write(content.rejected)
        json.writeRaw(#","counts":"#)
        json.write(content.counts)
        json.writeRaw(#","fault":"#)
        json.write(content.fault)
        json.writeRaw(#","events":["#)
        self.write(content.events, to: &json) { event, json in
            json.writeRaw(#"{"n":"#)
            json.write(event.number)
            json.writeRaw(#","at":"#)
            json.write(Int(event.milliseconds))
            json.writeRaw(#","event":"#)
            json.writeRaw(bytes: event.json)
            json.writeRaw("}")
        }
        json.writeRaw(#"],"deliveries":["#)
        self.write(content.exchanges, to: &json) { self.write($0, to: &$1) }
        json.writeRaw(#"],"skipped":["#)
        self.write(skipped.suffix(self.maximumCount), to: &json) { self.write($0, to: &$1) }
        json.writeRaw(#"],"health":"#)
        json.writeRaw(bytes: Array(health.utf8))
        json.writeRaw(#","shop":"#)
        json.write(observed?.shop ?? "")
        json.writeRaw("}")
        cursor = Cursor(
            isFirst: false,
            revision: content.revision,
            event: content.lastEvent,
            exchange: content.lastExchange,
            skip: skipped.last?.number ?? cursor.skip,
            health: health
        )
        return json.bytes
    }

    private static func write<Element>(
        _ elements: some Collection<Element>,
        to json: inout JSONWriter,
        _ body: (Element, inout JSONWriter) -> Void
    ) {
        var isFirst = true
        for element in elements {
            if !isFirst { json.writeRaw(",") }
            isFirst = false
            body(element, &json)
        }
    }

    private static func write(_ kept: KeptExchange, to json: inout JSONWriter) {
        let reply = kept.exchange.reply
        json.writeRaw(#"{"n":"#)
        json.write(kept.number)
        json.writeRaw(#","at":"#)
        json.write(Int(kept.milliseconds))
        json.writeRaw(kept.exchange.isAccepted ? #","accepted":true,"reply":"# : #","accepted":false,"reply":"#)
        json.write(reply.description)
        json.writeRaw(#","bytes":"#)
        json.write(kept.exchange.body.count)
        json.writeRaw(#","ms":"#)
        json.write(kept.duration.map { Int($0 / .milliseconds(1)) } ?? -1)
        json.writeRaw(#","types":"#)
        json.write(kept.types)
        json.writeRaw(#","reason":"#)
        json.write(reply.reason ?? "")
        json.writeRaw(#","findings":["#)
        self.write(kept.deviations, to: &json) { deviation, json in
            json.writeRaw(#"{"event":"#)
            json.write(deviation.eventIndex ?? -1)
            json.writeRaw(#","field":"#)
            json.write(deviation.field)
            json.writeRaw(#","rule":"#)
            json.write(deviation.rule)
            json.writeRaw("}")
        }
        json.writeRaw("]}")
    }

    private static func write(_ skipped: SkippedRequest, to json: inout JSONWriter) {
        json.writeRaw(#"{"n":"#)
        json.write(skipped.number)
        json.writeRaw(#","at":"#)
        json.write(Int((skipped.date.timeIntervalSince1970 * 1000).rounded()))
        json.writeRaw(#","rule":"#)
        json.write(skipped.reason.description)
        json.writeRaw(#","advice":"#)
        json.write(skipped.reason.advice)
        json.writeRaw(#","what":"#)
        json.write(skipped.method ?? skipped.type?.rawValue ?? "")
        json.writeRaw(#","path":"#)
        json.write(skipped.path ?? "")
        json.writeRaw(#","status":"#)
        json.write(skipped.status ?? 0)
        json.writeRaw("}")
    }
}

extension JSONWriter {
    fileprivate mutating func write(_ counts: [EventType: Int]) {
        self.writeRaw("{")
        var isFirst = true
        for type in EventType.allCases {
            guard let count = counts[type] else { continue }
            if !isFirst { self.writeRaw(",") }
            isFirst = false
            self.write(type.rawValue)
            self.writeRaw(":")
            self.write(count)
        }
        self.writeRaw("}")
    }
}
#endif
