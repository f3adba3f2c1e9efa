//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// An anonymizer of texts that reuses one SHA-256 context.
///
/// It is not thread-safe: only one task may use it at a time.
struct Anonymizer: ~Copyable {
    private var context = SHA256Context()
    private var scratch: [UInt8] = []

    /// Returns the hash of a text (contract, "Anonymization").
    mutating func anonymize(_ text: String) -> AnonymizedHash {
        var text = text
        return text.withUTF8 { self.anonymize(bytes: UnsafeRawBufferPointer($0)) }
    }

    /// Returns the identity of a visitor without an email: the hashes of the address, the user agent and the session.
    ///
    /// The session is `address|userAgent` (contract, "Anonymization"). A user agent that is only the address counts as none: the two would
    /// have one hash, which is a key of `identity_data` and can have one class only, and the contract requires both.
    mutating func identity(address: String, userAgent: Bytes) -> IdentityData {
        self.scratch.removeAll(keepingCapacity: true)
        self.scratch.append(contentsOf: address.utf8)
        let addressLength = self.scratch.count
        self.scratch.append(UInt8(ascii: "|"))
        if !userAgent.elementsEqual(address.utf8) { self.scratch.append(contentsOf: userAgent.buffer) }

        let bytes = self.scratch
        return bytes.withUnsafeBytes { buffer in
            IdentityData(
                session: self.anonymize(bytes: buffer),
                address: self.anonymize(bytes: UnsafeRawBufferPointer(rebasing: buffer.prefix(addressLength))),
                userAgent: self.anonymize(bytes: UnsafeRawBufferPointer(rebasing: buffer.dropFirst(addressLength + 1)))
            )
        }
    }

    private mutating func anonymize(bytes: UnsafeRawBufferPointer) -> AnonymizedHash {
        let first = self.context.digest(bytes)
        return first.withHexDigits { hex in
            self.context.digest(UnsafeRawBufferPointer(hex.prefix(59).buffer))
        }
    }
}
