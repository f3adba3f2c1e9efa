//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// The anonymized identity of a visitor: one hash for each class of Tracify's `identity_data`.
///
/// The wire form is an object that maps each hash to its class, 1 to 4 (contract, `identity_data`). The contract requires the
/// address and the user agent. The session is computed from both, and the email is present if it is known.
public struct IdentityData: Sendable, Hashable {
    /// The hash of the email, class 1; `nil` if the email is unknown.
    public var email: AnonymizedHash?
    /// The hash of the session, class 2.
    ///
    /// The session is the address and the user agent, joined by `|` (contract, "Anonymization").
    public var session: AnonymizedHash
    /// The hash of the IP address, class 3.
    public var address: AnonymizedHash
    /// The hash of the user agent, class 4.
    public var userAgent: AnonymizedHash

    /// Creates an identity from its hashes.
    ///
    /// - Parameters:
    ///   - email: The hash of the email, or `nil` if the email is unknown.
    ///   - session: The hash of the address and the user agent, joined by `|`.
    ///   - address: The hash of the IP address.
    ///   - userAgent: The hash of the user agent.
    package init(
        email: AnonymizedHash? = nil,
        session: AnonymizedHash,
        address: AnonymizedHash,
        userAgent: AnonymizedHash
    ) {
        self.email = email
        self.session = session
        self.address = address
        self.userAgent = userAgent
    }
}

extension IdentityData {
    /// Checks that the hashes of session, address and user agent differ from each other, as the keys of an object must.
    ///
    /// A session contains the address and the user agent, so it equals neither, and a user agent that equals the address counts as none when
    /// it is hashed.
    func checkHashes() throws(ValidationError) {
        guard self.session != self.address, self.session != self.userAgent, self.address != self.userAgent else {
            throw ValidationError(
                field: "identity_data",
                code: .outOfRange,
                allowed: "different hashes for the session, the address and the user agent"
            )
        }
    }

    /// The hash of the email unless it equals another one: the contract does not require an email.
    var distinctEmail: AnonymizedHash? {
        self.email == self.session || self.email == self.address || self.email == self.userAgent ? nil : self.email
    }
}

extension IdentityData {
    /// Returns whether a hash is one of the identity's.
    func contains(_ hash: AnonymizedHash) -> Bool {
        self.session == hash || self.email == hash || self.address == hash || self.userAgent == hash
    }
}

extension IdentityData: Codable {}
