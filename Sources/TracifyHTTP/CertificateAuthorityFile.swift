//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import NIOSSL
package import Tracify

/// A file of certificate authorities in PEM form.
package enum CertificateAuthorityFile {
    /// The maximum length of the file, in bytes; the bundle of a system has about 256 KiB.
    private static let maximumLength = 4 * 1024 * 1024

    /// Checks that the file holds certificates.
    ///
    /// - Parameter path: The file's path.
    /// - Throws: `ValidationError` about `http.certificateAuthorities` when it cannot be read or holds no certificate.
    package static func check(_ path: String) throws(ValidationError) {
        _ = try self.read(path)
    }

    /// Returns the certificates of the file.
    static func read(_ path: String) throws(ValidationError) -> [NIOSSLCertificate] {
        let bytes: [UInt8]
        do {
            bytes = try RegularFile.read(path, limit: self.maximumLength)
        } catch {
            throw self.invalid(error.code, error.reason)
        }
        guard let certificates = try? NIOSSLCertificate.fromPEMBytes(bytes), !certificates.isEmpty else {
            throw self.invalid(.malformed, "the file holds no certificate in PEM form, or a damaged one")
        }
        return certificates
    }

    private static func invalid(_ code: ValidationError.Code, _ reason: String) -> ValidationError {
        ValidationError(
            field: "http.certificateAuthorities",
            code: code,
            allowed: "the path of a PEM file with at least one certificate, which this process can read (\(reason))"
        )
    }
}
