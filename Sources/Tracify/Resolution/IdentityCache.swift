//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// A bounded cache of visitors' hashes, so that a visitor's next page costs a look-up instead of six digests.
///
/// The cache has two generations. When the young one is full, it becomes the old one, and the previous old one is discarded. A
/// visitor that is found in the old generation moves to the young one. The cache exists only in memory.
struct IdentityCache: ~Copyable {
    struct Visitor: Hashable {
        let address: IPAddress?
        let userAgent: UserAgent
    }

    /// The cached data of a visitor.
    struct Entry {
        let identity: IdentityData
        let isCrawler: Bool
    }

    private var anonymizer = Anonymizer()
    private var young: [Visitor: Entry] = [:]
    private var old: [Visitor: Entry] = [:]
    private let generationSize: Int

    /// Creates an empty cache.
    ///
    /// - Parameter capacity: The maximum number of visitors.
    init(capacity: Int) {
        self.generationSize = max(1, capacity / 2)
    }

    var count: Int { self.young.count + self.old.count }

    /// Returns the hashes of a visitor, without that of an email address.
    mutating func identity(of visitor: Visitor) -> IdentityData {
        self.entry(for: visitor).identity
    }

    /// Returns the hashes of a visitor, without that of an email address, and whether its user agent is that of a crawler.
    mutating func entry(for visitor: Visitor) -> Entry {
        if let entry = self.young[visitor] { return entry }
        let entry: Entry
        if let cached = self.old.removeValue(forKey: visitor) {
            entry = cached
        } else {
            entry = Entry(
                identity: self.anonymizer.identity(
                    address: visitor.address?.text ?? IPAddress.unspecified.text,
                    userAgent: visitor.userAgent
                ),
                isCrawler: CrawlerRule.isCrawler(visitor.userAgent)
            )
        }
        if self.young.count >= self.generationSize {
            self.old = self.young
            self.young.removeAll(keepingCapacity: true)
        }
        self.young[visitor] = entry
        return entry
    }

    mutating func anonymize(email: String) -> AnonymizedHash {
        self.anonymizer.anonymize(email)
    }
}
