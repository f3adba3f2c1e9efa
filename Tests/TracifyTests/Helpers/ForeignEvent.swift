//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// The JSON of an event as another integration may write it.
///
/// Members are raw JSON, so they can hold any text.
struct ForeignEvent: Sendable {
    private var members: [(key: String, value: String)]
    // `nil` when `data` is missing or is a raw member.
    private var data: [(key: String, value: String)]?

    static let hashes = (1...4).map { String(repeating: "\($0)", count: 64) }

    private init(type: String, data: [(key: String, value: String)] = []) {
        self.members = [
            ("url", #""https://shop.example/path""#),
            ("customer_site_id", #""6b29fc40-ca47-1067-b31d-00dd010662da""#),
            ("identity_data", Self.identity([(2, "2"), (3, "3"), (4, "4")])),
            ("datetime", #""2024-06-21 12:36:40""#),
            ("type", "\"\(type)\""),
        ]
        self.data = [("origin", #""https://shop.example""#)] + data
    }

    static let pageView = ForeignEvent(type: "pageview")
    static let addToCart = ForeignEvent(type: "addtocart")
    static let purchase = ForeignEvent(
        type: "purchase",
        data: [
            ("order_id", #""1""#), ("currency", #""EUR""#), ("amount", #""100.00""#),
            ("ITEM1", #""Tea""#), ("AMT1", #""25""#), ("QTY1", #""2""#),
            ("ITEM2", #""Pot""#), ("AMT2", #""50.50""#), ("QTY2", #""1""#),
        ]
    )
    static let conversion = ForeignEvent(
        type: "conversion",
        data: [("conversion_id", #""1""#), ("currency", #""EUR""#), ("amount", #""100.00""#)]
    )
    static let survey = ForeignEvent(type: "postpurchasesurvey", data: [("order_id", #""1""#), ("source", #""google""#)])

    /// Returns the event with a member replaced, appended if it is missing, or removed for `nil`.
    func with(_ key: String, _ value: String?) -> ForeignEvent {
        var copy = self
        Self.set(key, value, in: &copy.members)
        if key == "data" { copy.data = nil }
        return copy
    }

    /// The same for `data`.
    func withData(_ key: String, _ value: String?) -> ForeignEvent {
        var copy = self
        var data = copy.data ?? []
        Self.set(key, value, in: &data)
        copy.data = data
        return copy
    }

    /// Returns the event with a member repeated.
    func adding(_ key: String, _ value: String) -> ForeignEvent {
        var copy = self
        copy.members.append((key, value))
        return copy
    }

    /// The same for `data`.
    func addingData(_ key: String, _ value: String) -> ForeignEvent {
        var copy = self
        copy.data = (copy.data ?? []) + [(key, value)]
        return copy
    }

    /// Returns the event with an identity of hashes, by number, and raw classes.
    func withIdentity(_ pairs: [(hash: Int, kind: String)]) -> ForeignEvent {
        self.with("identity_data", Self.identity(pairs))
    }

    var object: String {
        var members = self.members
        if let data = self.data { members.append(("data", Self.object(data))) }
        return Self.object(members)
    }

    var body: String { #"{"events":[\#(self.object)]}"# }

    private static func identity(_ pairs: [(hash: Int, kind: String)]) -> String {
        self.object(pairs.map { (Self.hashes[$0.hash - 1], $0.kind) })
    }

    private static func object(_ members: [(key: String, value: String)]) -> String {
        "{" + members.map { "\"\($0.key)\":\($0.value)" }.joined(separator: ",") + "}"
    }

    private static func set(_ key: String, _ value: String?, in members: inout [(key: String, value: String)]) {
        let place = members.firstIndex { $0.key == key }
        switch (place, value) {
        case (let place?, let value?): members[place].value = value
        case (let place?, nil): members.remove(at: place)
        case (nil, let value?): members.append((key, value))
        case (nil, nil): break
        }
    }
}
