/// Why an answered request is no page view. Every request that is not counted as one is counted under one of these.
public enum SkipReason: String, Sendable, Hashable, CaseIterable {
    /// The method is not GET.
    case method
    /// The status is neither 2xx nor a 304 for a document.
    case status
    /// The answer is not HTML.
    case contentType = "content_type"
    /// The browser fetched it for another page: an image, a script, a frame.
    case subresource
    /// The browser fetched it ahead of time, for a page that nobody has looked at yet.
    case speculative
    /// The request has no user agent, which every browser sends, and which an event must carry the hash of.
    case noUserAgent = "no_user_agent"
    /// The client's address is not known, and an event must carry its hash.
    case noClientAddress = "no_client_address"
}
