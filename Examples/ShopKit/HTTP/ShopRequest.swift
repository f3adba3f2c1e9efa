/// What the shop needs to know of a request, whatever the server's framework.
public struct ShopRequest: Sendable {
    /// The `Content-Type` field.
    public var contentType: String?
    /// The `Cookie` field; several are joined with `; `.
    public var cookie: String?
    /// The body. How long it may be is for the server to limit.
    public var body: [UInt8]

    /// Creates a request.
    ///
    /// - Parameters:
    ///   - contentType: The `Content-Type` field.
    ///   - cookie: The `Cookie` field.
    ///   - body: The body.
    public init(contentType: String? = nil, cookie: String? = nil, body: [UInt8] = []) {
        self.contentType = contentType
        self.cookie = cookie
        self.body = body
    }
}
