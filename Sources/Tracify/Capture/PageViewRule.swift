import HTTPTypes

/// What counts as a page view: GET answered 2xx with HTML, or 304 for a document navigation; nothing that was fetched ahead of
/// time or for another page.
enum PageViewRule {
    /// Why the answered request is no page view; `nil` when it is one.
    static func reasonToSkip(_ request: RequestFacts, _ response: HTTPResponse) -> SkipReason? {
        guard request.signs.contains(.get) else { return .method }
        switch response.status.code {
        case 200..<300:
            guard self.isHTML(response.headerFields) else { return .contentType }
        case 304:
            // A 304 has no content type; only what the browser asked for tells.
            let asked: RequestFacts.Signs = request.signs.contains(.hasDestination) ? .toDocument : .acceptsHTML
            guard request.signs.contains(asked) else { return .status }
        default:
            return .status
        }
        if request.signs.contains(.hasDestination), !request.signs.contains(.toDocument) { return .subresource }
        if request.signs.contains(.speculative) { return .speculative }
        if request.userAgentField == nil { return .noUserAgent }
        if request.peer.ip == nil { return .noClientAddress }
        return nil
    }

    private static func isHTML(_ fields: HTTPFields) -> Bool {
        for field in fields {
            let name = field.name.canonicalName
            guard name.utf8.count == 12, name == "content-type" else { continue }
            return self.begins(field.value, with: "text/html") || self.begins(field.value, with: "application/xhtml+xml")
        }
        return false
    }

    /// Whether `value` begins with `type`, whatever its case, and the type ends there.
    private static func begins(_ value: String, with type: StaticString) -> Bool {
        let length = type.utf8CodeUnitCount
        guard value.utf8.count >= length else { return false }
        var expected = UnsafeBufferPointer(start: type.utf8Start, count: length).makeIterator()
        for byte in value.utf8 {
            guard let lowerCase = expected.next() else {
                return byte == UInt8(ascii: ";") || byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
            }
            let isUpperCase = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
            guard (isUpperCase ? byte | 0x20 : byte) == lowerCase else { return false }
        }
        return true
    }
}
