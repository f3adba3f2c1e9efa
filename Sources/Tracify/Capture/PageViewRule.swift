import HTTPTypes

/// What counts as a page view: GET answered 2xx with HTML to be shown, or 304 for a document navigation; nothing that was fetched
/// ahead of time or for another page, and nothing on an excluded path.
enum PageViewRule {
    /// Why the answered request is no page view; `nil` when it is one.
    static func reasonToSkip(_ request: RequestFacts, _ head: HTTPRequest, _ response: HTTPResponse) -> SkipReason? {
        guard request.signs.contains(.get) else { return .method }
        switch response.status.code {
        case 206:
            return .partial
        case 200..<300:
            if let reason = self.reasonToSkip(response.headerFields) { return reason }
        case 304:
            // A 304 has no content type; only what the browser asked for tells.
            let isForDocument =
                request.signs.contains(.hasDestination)
                ? request.signs.contains(.toDocument) : head.headerFields[.accept]?.hasPrefix("text/html") == true
            guard isForDocument else { return .status }
        default:
            return .status
        }
        // Without a destination, an old browser's script may still say what it is.
        let isForPage =
            request.signs.contains(.hasDestination) ? request.signs.contains(.toDocument) : !request.signs.contains(.script)
        guard isForPage else { return .subresource }
        if let reason = self.reasonToSkip(request) { return reason }
        if request.isFor(request.rules.excludedPaths) { return .excludedPath }
        return nil
    }

    /// Why the request shows nothing of a visitor who looks at something; `nil` when it does.
    static func reasonToSkip(_ request: RequestFacts) -> SkipReason? {
        if request.signs.contains(.speculative) { return .speculative }
        guard let userAgent = request.userAgentField, !userAgent.value.isEmpty else { return .noUserAgent }
        return request.mayHaveAddress ? nil : .noClientAddress
    }

    /// Whether the parameters of a request that was skipped for this reason belong to the visit that it began: the visitor was
    /// sent on, or was shown something that is not tracked.
    static func mayBeLanding(_ request: RequestFacts, _ reason: SkipReason) -> Bool {
        switch reason {
        case .status, .contentType, .download, .excludedPath: break
        default: return false
        }
        guard
            request.signs.contains(.get), !request.signs.contains(.script),
            !request.signs.contains(.hasDestination) || request.signs.contains(.toDocument),
            self.mayHoldParameters(request)
        else { return false }
        return self.reasonToSkip(request) == nil
    }

    /// Whether the query may hold a parameter that is passed on, without parsing it: else any API's calls would push landings out.
    private static func mayHoldParameters(_ request: RequestFacts) -> Bool {
        guard let mark = request.target[...].firstPlace(where: { $0 == UInt8(ascii: "?") }) else { return false }
        // `utm_`, `trc_`, or any of them with an escape in it.
        return !request.rules.urlParameters.isEmpty
            || !request.target[mark...].allBytes { $0 != UInt8(ascii: "_") && $0 != UInt8(ascii: "%") }
    }

    private static func reasonToSkip(_ fields: HTTPFields) -> SkipReason? {
        var isHTML = false
        for index in fields.indices {
            let name = fields[index].name.canonicalName
            switch name.utf8.count {
            case 12 where name == "content-type":
                isHTML = MediaType.isHTML(fields[index].value)
            case 19 where name == "content-disposition" && MediaType.begins(fields[index].value, with: "attachment"):
                return .download
            default:
                break
            }
        }
        return isHTML ? nil : .contentType
    }
}
