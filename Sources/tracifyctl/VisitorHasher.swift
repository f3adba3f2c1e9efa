//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Tool
import ArgumentParser
import Tracify

/// What a hash is made of.
enum HashKind: String, CaseIterable, ExpressibleByArgument {
    case email, session, address, agent

    /// What a text must be.
    var allowed: String {
        switch self {
        case .email: "an email, at most 1,024 bytes and not only whitespace"
        case .session: "an IP address, '|' and a user agent"
        case .address: "an IPv4 or IPv6 address without a port"
        case .agent: "a user agent"
        }
    }
}

/// A hash, and what was changed in the text before it was hashed.
struct VisitorHash: Hashable {
    let kind: HashKind
    let hash: AnonymizedHash
    /// What was changed, in words, without the text.
    let normalizations: [String]
}

/// Makes the hashes that a tracker makes of a visitor (contract, "Anonymization").
struct VisitorHasher {
    let lowercasesEmail: Bool

    /// Returns the hash of a text; `nil` when the text is not of the kind.
    func hash(_ text: String, as kind: HashKind) -> VisitorHash? {
        switch kind {
        case .email: self.email(text)
        case .session: self.session(text)
        case .address: self.address(text)
        case .agent: text.isEmpty ? nil : VisitorHash(kind: .agent, hash: AnonymizedHash(hashing: text), normalizations: [])
        }
    }

    private func email(_ text: String) -> VisitorHash? {
        guard let email = Email(text) else { return nil }
        let trimmed = email.normalized(lowercasing: false)
        let normalized = email.normalized(lowercasing: self.lowercasesEmail)
        var changes: [String] = []
        if trimmed.utf8.count != text.utf8.count { changes.append("surrounding whitespace removed") }
        if !normalized.utf8.elementsEqual(trimmed.utf8) { changes.append("lowercased") }
        return VisitorHash(kind: .email, hash: AnonymizedHash(hashing: normalized), normalizations: changes)
    }

    private func address(_ text: String) -> VisitorHash? {
        // As `PeerAddress` does, without the zone.
        let zoneless = text.prefix { $0 != "%" }
        guard let address = IPAddress(zoneless) else { return nil }
        return VisitorHash(
            kind: .address,
            hash: AnonymizedHash(hashing: address.text),
            normalizations: self.changes(text, address)
        )
    }

    private func session(_ text: String) -> VisitorHash? {
        let parts = text.split(separator: "|", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let first = parts.first, let agent = parts.last, !agent.isEmpty,
            let address = IPAddress(first.prefix { $0 != "%" })
        else {
            return nil
        }
        // The tracker takes a user agent that is only the address for none: the two would have one hash.
        let isAddress = agent.utf8.elementsEqual(address.text.utf8)
        return VisitorHash(
            kind: .session,
            hash: AnonymizedHash(hashing: "\(address.text)|\(isAddress ? "" : agent)"),
            normalizations: self.changes(String(first), address)
        )
    }

    private func changes(_ text: String, _ address: IPAddress) -> [String] {
        if address.text.utf8.elementsEqual(text.utf8) { return [] }
        if text.contains("%") { return ["zone removed"] }
        return [address.isIPv4 ? "IPv4-mapped address written as IPv4" : "address written as RFC 5952 requires"]
    }
}
#endif
