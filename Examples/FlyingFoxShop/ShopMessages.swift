//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if FlyingFox && Configuration && TestKit
import FlyingFox
import Foundation
import ShopKit

// Converts requests and responses between FlyingFox and the shop.

extension ShopRequest {
    init(_ request: HTTPRequest, body: [UInt8] = []) {
        self.init(contentType: request.headers[.contentType], cookie: request.headers[.cookie], body: body)
    }
}

extension HTTPResponse {
    /// The longest body that the shop reads.
    private static let maximumBodyBytes = 64 * 1024

    /// Reads the body of a request and creates the response that the shop returns.
    init(reading request: HTTPRequest, _ answer: (ShopRequest) async -> ShopResponse) async throws {
        var body: [UInt8] = []
        for try await chunk in request.bodySequence {
            body += chunk
            guard body.count <= Self.maximumBodyBytes else {
                self.init(statusCode: HTTPStatusCode(413, phrase: "Content Too Large"))
                return
            }
        }
        self.init(await answer(ShopRequest(request, body: body)))
    }

    init(_ response: ShopResponse) {
        var headers = HTTPHeaders()
        for (name, value) in response.headers { headers.addValue(value, for: HTTPHeader(name)) }
        self.init(
            statusCode: HTTPStatusCode(response.status, phrase: ""),
            headers: headers,
            body: Data(response.body)
        )
    }
}
#endif
