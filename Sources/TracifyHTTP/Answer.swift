import Tracify

/// What the endpoint answered, and what it means (contract, "Delivery classes").
struct Answer {
    let status: Int
    let retryAfter: Duration?
    let body: [UInt8]

    /// Returns when the batch was accepted.
    ///
    /// - Throws: What kind of failure it is otherwise, with the endpoint's own words if it has any, and never the token.
    func check(redactedBy token: APIToken) throws(DeliveryError) {
        let document = try? JSONParser.parse(self.body)
        let words = document?[key: "error"]?.string.map { ": " + token.redact($0) } ?? ""
        let reason = "status \(self.status)\(words)"
        switch self.status {
        case 200..<300:
            switch document?[key: "status"] {
            case .bool(true)?:
                return
            case .bool(false)?:
                // A 200 can still be a rejection.
                throw .rejected("status \(self.status) with status: false\(words)")
            default:
                // Accepted or not: nobody knows. Losing is worse than counting twice.
                throw .retryable("status \(self.status) without an answer that can be read")
            }
        case 400, 422:
            throw .rejected(reason)
        case 413:
            throw .tooLarge(reason)
        case 408, 425, 429, 500...:
            throw .retryable(reason, after: self.retryAfter)
        default:
            // 401 and 403 mean the token; redirects, 404 and the like mean the address. Neither gets better by itself.
            throw .unauthorized(reason)
        }
    }
}
