import HTTPTypes

/// Where the header fields that matter stand: the first of each name, -1 for none.
///
/// One pass, in which only names are read. Their lengths tell them apart, so that most fields cost one comparison of integers.
struct FieldPlaces {
    private(set) var origin = -1
    private(set) var referer = -1
    private(set) var userAgent = -1
    private(set) var destination = -1
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
            case 14 where self.destination < 0 && name == "sec-fetch-dest": self.destination = index
            default: break
            }
        }
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
