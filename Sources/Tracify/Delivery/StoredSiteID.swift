//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// The site's ID within the JSON of a stored event.
///
/// It is replaced by the configured one when the event is sent. An ID that was wrong when the event was stored can then be corrected,
/// and its dead letters are accepted when they are requeued.
enum StoredSiteID {
    private static let head = Array(#"{"url":""#.utf8)
    private static let key = Array(#","customer_site_id":""#.utf8)

    /// Appends an event's JSON with another site's ID in place of its own.
    ///
    /// JSON that is not in the form of ``EventEncoder`` is appended as it is, and so is an event of one of the other sites that the process
    /// serves.
    static func append(
        _ json: ArraySlice<UInt8>,
        replacingWith id: CustomerSiteID,
        exceptOf others: [CustomerSiteID],
        to bytes: inout [UInt8]
    ) {
        let text = id.text.utf8
        guard let start = self.range(of: json), json[start...].prefix(text.count).last.map({ $0 != UInt8(ascii: "\"") }) ?? false,
            start + text.count < json.endIndex,
            !others.contains(where: { json[start...].starts(with: $0.text.utf8) })
        else {
            bytes.append(contentsOf: json)
            return
        }
        bytes.append(contentsOf: json[..<start])
        bytes.append(contentsOf: text)
        bytes.append(contentsOf: json[(start + text.count)...])
    }

    /// Returns the index at which the ID begins.
    ///
    /// It is the second member, after the URL, in which a quotation mark would be escaped.
    private static func range(of json: ArraySlice<UInt8>) -> Int? {
        guard json.starts(with: self.head) else { return nil }
        var index = json.startIndex + self.head.count
        while index < json.endIndex, json[index] != UInt8(ascii: "\"") {
            index += json[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        guard index < json.endIndex, json[(index + 1)...].starts(with: self.key) else { return nil }
        return index + 1 + self.key.count
    }
}
