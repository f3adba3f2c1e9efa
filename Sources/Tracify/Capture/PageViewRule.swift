import HTTPTypes

/// What counts as a page view: GET answered 2xx with HTML, or 304 for a document navigation; nothing that was fetched ahead of
/// time or for another page.
enum PageViewRule {
    /// Why the answered request is no page view; `nil` when it is one.
    static func reasonToSkip(_ request: RequestFacts, _ head: HTTPRequest, _ response: HTTPResponse) -> SkipReason? {
        guard request.signs.contains(.get) else { return .method }
        switch response.status.code {
        case 200..<300:
            guard self.isHTML(response.headerFields) else { return .contentType }
        case 304:
            // A 304 has no content type; only what the browser asked for tells.
            let isForDocument =
                request.signs.contains(.hasDestination)
                ? request.signs.contains(.toDocument) : head.headerFields[.accept]?.hasPrefix("text/html") == true
            guard isForDocument else { return .status }
        default:
            return .status
        }
        if request.signs.contains(.hasDestination), !request.signs.contains(.toDocument) { return .subresource }
        return self.reasonToSkip(request)
    }

    /// Why the request shows nothing of a visitor who looks at something; `nil` when it does.
    static func reasonToSkip(_ request: RequestFacts) -> SkipReason? {
        if request.signs.contains(.speculative) { return .speculative }
        guard let userAgent = request.userAgentField, !userAgent.value.isEmpty else { return .noUserAgent }
        if request.peer.ip == nil { return .noClientAddress }
        return nil
    }

    private static func isHTML(_ fields: HTTPFields) -> Bool {
        for index in fields.indices {
            let name = fields[index].name.canonicalName
            guard name.utf8.count == 12, name == "content-type" else { continue }
            let value = fields[index].value
            return self.begins(value, with: "text/html") || self.begins(value, with: "application/xhtml+xml")
        }
        return false
    }

    /// Whether `value` begins with `type`, whatever its case, and the type ends there.
    private static func begins(_ value: String, with type: StaticString) -> Bool {
        var value = value
        return value.withUTF8 { bytes in
            let length = type.utf8CodeUnitCount
            guard bytes.count >= length else { return false }
            for index in 0..<length {
                let byte = bytes[index]
                let isUpperCase = byte &- UInt8(ascii: "A") < 26
                guard (isUpperCase ? byte | 0x20 : byte) == type.utf8Start[index] else { return false }
            }
            return bytes.count == length || [UInt8(ascii: ";"), UInt8(ascii: " "), UInt8(ascii: "\t")].contains(bytes[length])
        }
    }
}
