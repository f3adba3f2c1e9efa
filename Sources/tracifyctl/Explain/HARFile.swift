//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Tool
import HTTPTypes
import Tracify
#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The requests of an HTTP archive (HAR), as browsers export it.
struct HARFile: Decodable {
    /// The maximum length of a file, in bytes.
    static let limit = 256 << 20

    private let log: Log

    private struct Log: Decodable {
        let entries: [Entry]
    }

    private struct Entry: Decodable {
        let request: Request
        let response: Response
    }

    private struct Request: Decodable {
        let method: String
        let url: String
        let headers: [Header]
    }

    private struct Response: Decodable {
        let status: Int
        let headers: [Header]
    }

    private struct Header: Decodable {
        let name: String
        let value: String
    }

    /// Reads a file.
    static func read(_ path: String) throws(ToolError) -> HARFile {
        let bytes = try InputFile.content(of: path, limit: self.limit)
        do {
            return try JSONDecoder().decode(HARFile.self, from: Data(bytes))
        } catch {
            // The decoder's error contains parts of the file.
            throw ToolError("Cannot read \(path): it is not an HTTP archive with log.entries.", .dataFormat)
        }
    }

    /// Returns the requests in their order; `nil` for one that a server does not see, such as a `data:` URL or a blocked one.
    func requests(from peer: PeerAddress) -> [ExplainedRequest?] {
        self.log.entries.map { entry in
            guard let parts = URLParts.texts(of: entry.request.url), parts.scheme == "https" || parts.scheme == "http",
                let method = HTTPRequest.Method(entry.request.method), (100...599).contains(entry.response.status)
            else {
                return nil
            }
            var fields = HTTPFields()
            for header in entry.request.headers { fields.append(header.name, header.value) }
            var responseFields = HTTPFields()
            for header in entry.response.headers { responseFields.append(header.name, header.value) }
            let path = parts.path.isEmpty ? "/" : parts.path
            return ExplainedRequest(
                request: HTTPRequest(
                    method: method,
                    scheme: parts.scheme,
                    authority: parts.authority,
                    path: parts.query.map { "\(path)?\($0)" } ?? path,
                    headerFields: fields
                ),
                peer: peer,
                response: HTTPResponse(status: HTTPResponse.Status(code: entry.response.status), headerFields: responseFields)
            )
        }
    }
}
#endif
