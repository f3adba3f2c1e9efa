//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

// `SHA256Context` wraps the platform's SHA-256. No other file of this module uses CryptoKit or libcrypto.

#if canImport(CryptoKit)
import CryptoKit

/// A SHA-256 context on CryptoKit.
struct SHA256Context: ~Copyable {
    /// Whether the system provides SHA-256.
    static var isAvailable: Bool { true }

    /// Returns the SHA-256 digest of the input.
    mutating func digest(_ input: UnsafeRawBufferPointer) -> AnonymizedHash {
        CryptoKit.SHA256.hash(data: input).withUnsafeBytes { AnonymizedHash(digest: $0) }
    }
}
#else
import CLibcrypto

/// A SHA-256 context on the system's libcrypto.
///
/// The algorithm is fetched once per process and the context is reused, because in OpenSSL 3 these two steps make up most of the
/// cost of a short hash. The context is not thread-safe: only one task may use it at a time.
struct SHA256Context: ~Copyable {
    private let context = EVP_MD_CTX_new()

    /// Whether the system provides SHA-256; `false` if libcrypto is configured without its default provider.
    static var isAvailable: Bool { SHA256Algorithm.shared.pointer != nil }

    /// Returns the SHA-256 digest of the input.
    ///
    /// If ``isAvailable`` is `true`, which a tracker checks when it is created, this fails only if the process is out of memory.
    /// It then stops the process.
    mutating func digest(_ input: UnsafeRawBufferPointer) -> AnonymizedHash {
        withUnsafeTemporaryAllocation(byteCount: 32, alignment: 8) { output in
            guard
                let context, let algorithm = SHA256Algorithm.shared.pointer,
                EVP_DigestInit_ex2(context, algorithm, nil) == 1,
                EVP_DigestUpdate(context, input.baseAddress, input.count) == 1,
                EVP_DigestFinal_ex(context, output.baseAddress, nil) == 1
            else {
                fatalError(  // It does not depend on the input, and any substitute for the hash would be reported as wrong data.
                    "Cannot compute SHA-256: libcrypto does not provide the algorithm or is out of memory."
                )
            }
            return AnonymizedHash(digest: UnsafeRawBufferPointer(output))
        }
    }

    deinit {
        EVP_MD_CTX_free(self.context)
    }
}

/// The SHA-256 algorithm of libcrypto, which is fetched once and never freed.
private struct SHA256Algorithm: @unchecked Sendable {  // A fetched EVP_MD is immutable, and libcrypto shares it between threads.
    let pointer: OpaquePointer?

    static let shared = SHA256Algorithm(pointer: EVP_MD_fetch(nil, "SHA256", nil))
}
#endif
