//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

package import Tracify

/// The origin of the API key: a fixed token, or a file that holds it.
///
/// A file allows a token to be replaced while the process runs: when the destination refuses the token, the sink reads the file again.
public struct TokenSource: Sendable, Hashable {
    enum Kind: Hashable {
        case fixed(APIToken)
        case file(String)
    }

    let kind: Kind

    /// Returns a source that always has the same token.
    ///
    /// - Parameter token: The token.
    /// - Returns: The source.
    public static func fixed(_ token: APIToken) -> TokenSource {
        TokenSource(kind: .fixed(token))
    }

    /// Returns a source that reads the token from a file.
    ///
    /// The sink reads the file when it is created, and again when the destination refuses the token with status 401 or 403. If the
    /// file then holds another token, the sink repeats the request once with that one. Replace the file in one step, with a rename.
    ///
    /// - Parameter path: The path of a regular file that holds the token and nothing else; whitespace around it is removed.
    /// - Returns: The source.
    public static func file(_ path: String) -> TokenSource {
        TokenSource(kind: .file(path))
    }

    /// The maximum length of a token file, in bytes: more than a token, because whitespace may surround it.
    private static let maximumFileLength = 64 * 1024

    /// Returns the token, which is read from the file if the source is one.
    ///
    /// - Returns: The token.
    /// - Throws: `ValidationError` about `http.token` when the file cannot be read or holds no token.
    package func read() throws(ValidationError) -> APIToken {
        switch self.kind {
        case .fixed(let token): return token
        case .file(let path): return try TokenSource.read(path)
        }
    }

    private static func read(_ path: String) throws(ValidationError) -> APIToken {
        let bytes: [UInt8]
        do {
            bytes = try RegularFile.read(path, limit: self.maximumFileLength)
        } catch {
            throw self.invalid(error.code, error.reason)
        }
        do {
            return try APIToken(String(decoding: bytes, as: UTF8.self))
        } catch {
            throw self.invalid(error.code, "the file holds something else")
        }
    }

    private static func invalid(_ code: ValidationError.Code, _ reason: String) -> ValidationError {
        ValidationError(
            field: "http.token",
            code: code,
            allowed: "the path of a file that holds the API key, \(APIToken.allowed), which this process can read (\(reason))"
        )
    }
}

extension TokenSource: CustomStringConvertible {
    /// The file's path, or a placeholder for a token.
    public var description: String {
        switch self.kind {
        case .fixed(let token): token.description
        case .file(let path): path
        }
    }
}
