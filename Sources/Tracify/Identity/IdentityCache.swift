/// The hashes of the visitors seen last, so that a visitor's second page costs a look-up instead of six digests.
///
/// Bounded in two generations: when the young one is full it becomes the old one, and the old one is forgotten. A visitor found
/// in the old one is young again. Memory only.
struct IdentityCache: ~Copyable {
    struct Visitor: Hashable {
        let address: IPAddress?
        let userAgent: UserAgent
    }

    /// What is known of a visitor.
    struct Known {
        let identity: IdentityData
        let isCrawler: Bool
    }

    private var anonymizer = Anonymizer()
    private var young: [Visitor: Known] = [:]
    private var old: [Visitor: Known] = [:]
    private let generationSize: Int

    /// - Parameter capacity: How many visitors are remembered at most.
    init(capacity: Int) {
        self.generationSize = max(1, capacity / 2)
    }

    var count: Int { self.young.count + self.old.count }

    /// The hashes of a visitor, without an email.
    mutating func identity(of visitor: Visitor) throws(HashingUnavailable) -> IdentityData {
        try self.known(visitor).identity
    }

    /// The hashes of a visitor, without an email, and whether it is a crawler by its user agent.
    mutating func known(_ visitor: Visitor) throws(HashingUnavailable) -> Known {
        if let known = self.young[visitor] { return known }
        let known: Known
        if let before = self.old.removeValue(forKey: visitor) {
            known = before
        } else {
            known = Known(
                identity: try self.anonymizer.identity(
                    address: visitor.address?.text ?? IPAddress.unspecified.text,
                    userAgent: visitor.userAgent
                ),
                isCrawler: visitor.userAgent.isCrawler
            )
        }
        if self.young.count >= self.generationSize {
            self.old = self.young
            self.young.removeAll(keepingCapacity: true)
        }
        self.young[visitor] = known
        return known
    }

    mutating func anonymize(email: String) throws(HashingUnavailable) -> AnonymizedHash {
        try self.anonymizer.anonymize(email)
    }
}
