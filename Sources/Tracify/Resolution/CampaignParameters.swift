//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// The rule that decides which parameters of a query go into an event's `data` (contract, "URL parameters").
enum CampaignParameters {
    /// Returns the campaign parameters of a query, in the order of the query.
    ///
    /// - A decoded name must match `^(utm|trc)_[A-Za-z0-9_]+$` or be allow-listed, so no parameter can overwrite another key of
    ///   `data`.
    /// - The first value of a repeated name wins, even when it is empty or too long.
    /// - A parameter whose name or value exceeds the limits of ``URLParameter`` is dropped, because a truncated click ID
    ///   is worthless. Parameters beyond ``URLParameter/maximumCount`` are dropped, too.
    static func parse(query: Bytes, allowing allowed: Set<String>, _ redactor: inout Redactor) -> [URLParameter] {
        var parameters: [URLParameter] = []
        var dropped: [String] = []
        var rest = query
        while !rest.isEmpty, parameters.count < URLParameter.maximumCount {
            let piece: Bytes
            (piece, rest) = rest.splitOnce(at: UInt8(ascii: "&"))
            // The first byte rules out most names; a percent-escape may stand for any character.
            guard let first = piece.first, !allowed.isEmpty || self.mayBegin(first) else { continue }
            let (rawName, rawValue) = piece.splitOnce(at: UInt8(ascii: "="))
            // A percent-escape has three bytes: a name that is longer than three times the limit exceeds the limit when decoded.
            guard rawName.count <= URLParameter.maximumNameLength * 3 else { continue }
            // Nearly all names are written as they are: those that are not passed on are never made a text.
            let name: String
            if URLParameter.isDefaultName(rawName) {
                name = rawName.text
            } else if !allowed.isEmpty || rawName.contains(UInt8(ascii: "%")) {
                name = PercentDecoding.decode(rawName)
                guard URLParameter.isPassedOn(name, allowing: allowed) else { continue }
            } else {
                continue
            }
            if parameters.contains(where: { $0.name == name }) || dropped.contains(name) { continue }
            let value = redactor.value(rawValue)
            guard name.utf8.count <= URLParameter.maximumNameLength, value.utf8.count <= URLParameter.maximumValueLength else {
                // The first value wins, even when it is too long to be reported.
                if dropped.count < URLParameter.maximumCount { dropped.append(name) }
                continue
            }
            if parameters.isEmpty { parameters.reserveCapacity(8) }
            parameters.append(URLParameter(checkedName: name, checkedValue: value))
        }
        return parameters
    }

    /// Returns the parameters of a query by the default settings.
    static func parse(query: Bytes) -> [URLParameter] {
        var redactor = Redactor(Redaction())
        return self.parse(query: query, allowing: [], &redactor)
    }

    /// Returns whether a name that begins with the byte may be reported by default.
    @inline(__always)
    private static func mayBegin(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "u") || byte == UInt8(ascii: "t") || byte == UInt8(ascii: "%")
    }

    /// Returns the parameters of a query whose names are in `keys`, as they are written; `nil` when there are none.
    static func filter(query: Bytes, keeping keys: Set<String>, _ redactor: inout Redactor) -> [UInt8]? {
        guard !keys.isEmpty else { return nil }
        var kept: [UInt8] = []
        for piece in query.split(separator: UInt8(ascii: "&")) {
            let (name, value) = piece.splitOnce(at: UInt8(ascii: "="))
            guard keys.contains(PercentDecoding.decode(name)) else { continue }
            if !kept.isEmpty { kept.append(UInt8(ascii: "&")) }
            let count = redactor.count
            let redacted = redactor.value(value)
            if redactor.count > count {
                kept += name
                kept.append(UInt8(ascii: "="))
                kept += redacted.utf8
            } else {
                kept += piece
            }
        }
        return kept.isEmpty ? nil : kept
    }
}
