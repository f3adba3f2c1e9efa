//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import HTTPTypes

/// The indices of the header fields that capture reads: the first field of each name, or -1.
///
/// The initializer makes one pass, in which only names are read. It compares the length of a name first, so that most fields cost
/// one comparison of integers.
struct HeaderIndex {
    private(set) var origin = -1
    private(set) var referer = -1
    private(set) var userAgent = -1
    private(set) var destination = -1
    private(set) var mode = -1
    private(set) var requestedWith = -1
    private(set) var contentType = -1
    /// The index of a field that may announce a prefetch or a prerender: `Sec-Purpose`, `Purpose` or `X-Moz`.
    private(set) var speculation = -1

    init(_ fields: HTTPFields) {
        for index in fields.indices {
            let name = fields[index].name.canonicalName
            switch name.utf8.count {
            case 5 where name == "x-moz": self.speculation = index
            case 6 where self.origin < 0 && name == "origin": self.origin = index
            case 7 where self.referer < 0 && name == "referer": self.referer = index
            case 7 where name == "purpose": self.speculation = index
            case 10 where self.userAgent < 0 && name == "user-agent": self.userAgent = index
            case 11 where name == "sec-purpose": self.speculation = index
            case 12 where self.contentType < 0 && name == "content-type": self.contentType = index
            case 14 where self.destination < 0 && name == "sec-fetch-dest": self.destination = index
            case 14 where self.mode < 0 && name == "sec-fetch-mode": self.mode = index
            case 16 where self.requestedWith < 0 && name == "x-requested-with": self.requestedWith = index
            default: break
            }
        }
    }

    /// Returns whether a page's script made the request, which then belongs to the calling page.
    ///
    /// `Sec-Fetch-Mode` decides if it is present. Clients that do not send it are recognized by an `X-Requested-With` field with
    /// the value `XMLHttpRequest`, or by a JSON body, which no form can send. Other values of `X-Requested-With` are names of
    /// apps, whose web views send them with every request.
    func isFromScript(_ fields: HTTPFields) -> Bool {
        if self.mode >= 0 { return fields[self.mode].value != "navigate" }
        if self.requestedWith >= 0, fields[self.requestedWith].value.lowercased() == "xmlhttprequest" { return true }
        return self.contentType >= 0 && MediaType.isJSON(fields[self.contentType].value)
    }

    /// Returns whether the request is a prefetch or a prerender.
    ///
    /// Call it only if ``speculation`` is set, which is rare.
    static func isSpeculative(_ fields: HTTPFields) -> Bool {
        fields.contains { field in
            switch field.name.canonicalName {
            case "x-moz", "purpose": field.value == "prefetch"
            case "sec-purpose": field.value.hasPrefix("prefetch") || field.value.hasPrefix("prerender")
            default: false
            }
        }
    }
}
