//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// A bounded cache of visitors' hashes, so that a visitor's next page costs a look-up instead of six digests.
///
/// The cache has two generations. When the young one is full, it becomes the old one, and the previous old one is discarded. A
/// visitor that is found in the old generation moves to the young one. The cache exists only in memory, and its keys are digests: no
/// address and no user agent stays in memory with it.
struct IdentityCache: ~Copyable {
    /// A digest of a visitor's address and user agent, of 128 bits and under a key of this cache.
    private struct Visitor: Hashable {
        let high: UInt64
        let low: UInt64

        init(address: IPAddress, userAgent: Bytes, key: UInt64) {
            var hasher = Hasher()
            hasher.combine(key)
            hasher.combine(address)
            hasher.combine(bytes: UnsafeRawBufferPointer(userAgent.buffer))
            // The state has 256 bits: it is ended in two ways, and the user agent is read once.
            var other = hasher
            other.combine(UInt8(1))
            self.high = UInt64(bitPattern: Int64(hasher.finalize()))
            self.low = UInt64(bitPattern: Int64(other.finalize()))
        }
    }

    /// The cached data of a visitor.
    struct Entry {
        let identity: IdentityData
        let isCrawler: Bool
        /// Whether the user agent is only the address, which counts as none.
        let isUserAgentAddress: Bool
    }

    private var anonymizer = Anonymizer()
    private var young: [Visitor: Entry] = [:]
    private var old: [Visitor: Entry] = [:]
    private let generationSize: Int
    private let key = UInt64.random(in: .min ... .max)
    /// The origin of the last site, which is not made anew for each visitor.
    var lastOrigin: Origin?

    /// Creates an empty cache.
    ///
    /// - Parameter capacity: The maximum number of visitors.
    init(capacity: Int) {
        self.generationSize = max(1, capacity / 2)
    }

    var count: Int { self.young.count + self.old.count }

    /// Returns the hashes of a visitor, without that of an email address, and whether its user agent is that of a crawler.
    mutating func entry(address: IPAddress?, userAgent: Bytes) -> Entry {
        let address = address ?? .unspecified
        let visitor = Visitor(address: address, userAgent: userAgent, key: self.key)
        if let entry = self.young[visitor] { return entry }
        let entry: Entry
        if let cached = self.old.removeValue(forKey: visitor) {
            entry = cached
        } else {
            let text = address.text
            entry = Entry(
                identity: self.anonymizer.identity(address: text, userAgent: userAgent),
                isCrawler: CrawlerRule.isCrawler(userAgent),
                isUserAgentAddress: userAgent.elementsEqual(text.utf8)
            )
        }
        if self.young.count >= self.generationSize {
            self.old = self.young
            self.young.removeAll(keepingCapacity: true)
        }
        self.young[visitor] = entry
        return entry
    }

    /// Removes the visitors whose identity contains a hash.
    mutating func remove(_ hash: AnonymizedHash) {
        self.young = self.young.filter { !$0.value.identity.contains(hash) }
        self.old = self.old.filter { !$0.value.identity.contains(hash) }
    }

    mutating func anonymize(email: String) -> AnonymizedHash {
        self.anonymizer.anonymize(email)
    }
}
