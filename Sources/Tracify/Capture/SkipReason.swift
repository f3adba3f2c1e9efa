/// Why an answered request is no page view. Every request that is not counted as one is counted under one of these.
public enum SkipReason: String, Sendable, Hashable, CaseIterable {
    /// The visitor has not consented; see ``ConsentPolicy``. Nothing else of the request is known.
    case noConsent = "no_consent"
    /// The method is not GET.
    case method
    /// The status is neither 2xx nor a 304 for a document.
    case status
    /// The answer is a part of something, as asked for by a `Range` field: status 206.
    case partial
    /// The answer is not HTML.
    case contentType = "content_type"
    /// The answer is to be saved and not shown: `Content-Disposition: attachment`.
    case download
    /// The browser fetched it for another page: an image, a script, a frame, a script's call.
    case subresource
    /// The browser fetched it ahead of time, for a page that nobody has looked at yet.
    case speculative
    /// The path is one of those that are not to be tracked.
    case excludedPath = "excluded_path"
    /// The request has no user agent, which every browser sends, and which an event must carry the hash of.
    case noUserAgent = "no_user_agent"
    /// The client's address is not known, and an event must carry its hash.
    case noClientAddress = "no_client_address"
    /// It came from a program and not from a person, by its user agent.
    case crawler
}
