import HTTPTypes

/// Where the header fields that matter stand: the first of each name, -1 for none.
///
/// One pass, in which only names are read. Their lengths tell them apart, so that most fields cost one comparison of integers.
struct FieldPlaces {
    private(set) var origin = -1
    private(set) var referer = -1
    private(set) var userAgent = -1
    private(set) var destination = -1
    private(set) var mode = -1
    private(set) var requestedWith = -1
    private(set) var contentType = -1
    /// Any of the fields by which a browser says that it fetches ahead of time.
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

    /// Whether the request was made by a page's script, and so belongs to the page it was called from.
    ///
    /// Browsers say so by `Sec-Fetch-Mode`; what does not send that, by `X-Requested-With: XMLHttpRequest` (the field's other
    /// values are names of apps, sent with every request of a web view) or by a JSON body, which no form has.
    func isFromScript(_ fields: HTTPFields) -> Bool {
        if self.mode >= 0 { return fields[self.mode].value != "navigate" }
        if self.requestedWith >= 0, fields[self.requestedWith].value.lowercased() == "xmlhttprequest" { return true }
        return self.contentType >= 0 && MediaType.isJSON(fields[self.contentType].value)
    }

    /// Whether a browser says that it fetches ahead of time: prefetch or prerender. Rare, so asked only when a field of these
    /// names is there.
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
