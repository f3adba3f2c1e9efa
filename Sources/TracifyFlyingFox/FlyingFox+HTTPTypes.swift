//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if FlyingFox
import FlyingFox
import HTTPTypes
import Tracify

// Conversions of FlyingFox's requests, responses and addresses to the types that an observer takes.

extension FlyingFox.HTTPRequest {
    /// The request's head.
    ///
    /// FlyingFox keeps only the last line of each field, and does not support TLS.
    var head: HTTPTypes.HTTPRequest {
        HTTPTypes.HTTPRequest(
            // A request with an invalid method is not a page view, so any method but GET stands for it.
            method: .init(self.method.rawValue) ?? .trace,
            scheme: "http",
            authority: self.headers[.host],
            path: URLParts.originForm(of: self.target.rawValue),
            headerFields: HTTPFields(self.headers)
        )
    }
}

extension FlyingFox.HTTPResponse {
    /// The response's head.
    var head: HTTPTypes.HTTPResponse {
        // A status has three digits. `HTTPResponse.Status` traps on codes with more, which a handler may return.
        let code = self.statusCode.code
        return HTTPTypes.HTTPResponse(
            status: .init(code: (100...999).contains(code) ? code : 500),
            headerFields: HTTPFields(self.headers)
        )
    }
}

extension HTTPFields {
    /// The maximum number of fields that are converted.
    ///
    /// FlyingFox sets no limit, and `HTTPFields` traps at 65,536 fields. No browser sends a tenth of this maximum.
    private static let maximumCount = 1000

    fileprivate init(_ headers: HTTPHeaders) {
        self.init()
        for (header, value) in headers.prefix(HTTPFields.maximumCount) {
            guard let name = HTTPField.Name(header.rawValue) else { continue }
            self.append(HTTPField(name: name, value: value))
        }
    }
}

extension PeerAddress {
    init(_ address: FlyingFox.HTTPRequest.Address?) {
        switch address {
        case .ip4(let text, _), .ip6(let text, _): self.init(text: text)
        case .unix: self = .unixSocket
        case nil: self = .unknown
        }
    }
}
#endif
