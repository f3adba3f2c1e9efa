//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Vapor
import HTTPTypes
import NIOHTTPTypesHTTP1
import Tracify
import Vapor

// Conversions of Vapor's request and response heads to the types of swift-http-types.

extension HTTPRequest {
    /// Creates the head of a request; `nil` when its method is not valid.
    init?(_ request: Request) {
        guard let method = try? HTTPRequest.Method(request.method) else { return nil }
        let headers = request.headers
        self.init(
            method: method,
            scheme: request.application.http.server.configuration.tlsConfiguration == nil ? "http" : "https",
            authority: headers.first(name: .host),
            path: URLParts.repairingDoubleEscapes(in: request.url.string),
            headerFields: HTTPFields(headers, splitCookie: false)
        )
    }
}

extension HTTPResponse {
    /// Creates the head of a response.
    ///
    /// A code outside of 100 to 999 becomes 500, because `HTTPResponse.Status` traps on codes with more than three digits.
    init(_ response: Response) {
        let code = Int(clamping: response.status.code)
        self.init(
            status: Status(code: (100...999).contains(code) ? code : 500),
            headerFields: HTTPFields(response.headers, splitCookie: false)
        )
    }
}
#endif
