// The seam to the platform's SHA-256. The rest of the room knows `SHA256Context.digest` only.

#if canImport(CryptoKit)
import CryptoKit

/// SHA-256 of CryptoKit.
struct SHA256Context: ~Copyable {
    mutating func digest<Result>(_ input: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) -> Result) -> Result? {
        CryptoKit.SHA256.hash(data: input).withUnsafeBytes(body)
    }
}
#else
import CLibcrypto

/// SHA-256 of the system's libcrypto. The algorithm is looked up once in the process and the context is kept, which is most of
/// what a short hash costs in OpenSSL 3. Not to be shared between tasks.
struct SHA256Context: ~Copyable {
    private let context = EVP_MD_CTX_new()

    /// The digest of `input`, 32 bytes, valid inside `body`. `nil` when libcrypto has no SHA-256 or no memory.
    mutating func digest<Result>(_ input: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) -> Result) -> Result? {
        guard let context, let algorithm = SHA256Algorithm.shared.pointer else { return nil }
        return withUnsafeTemporaryAllocation(byteCount: 32, alignment: 8) { output in
            guard
                EVP_DigestInit_ex2(context, algorithm, nil) == 1,
                EVP_DigestUpdate(context, input.baseAddress, input.count) == 1,
                EVP_DigestFinal_ex(context, output.baseAddress, nil) == 1
            else { return nil }
            return body(UnsafeRawBufferPointer(output))
        }
    }

    deinit {
        EVP_MD_CTX_free(self.context)
    }
}

/// The algorithm, fetched once and never freed: it lives as long as the process.
private struct SHA256Algorithm: @unchecked Sendable {  // an EVP_MD is immutable once fetched, libcrypto shares it between threads
    let pointer: OpaquePointer?

    static let shared = SHA256Algorithm(pointer: EVP_MD_fetch(nil, "SHA256", nil))
}
#endif
