//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Hummingbird && Configuration && TestKit
import HTTPTypes
import Hummingbird
import NIOCore
import ShopKit

// Converts requests and responses between Hummingbird and the shop.

extension ShopRequest {
    /// The longest body that the shop reads.
    private static let maximumBodyBytes = 64 * 1024

    init(_ request: Request, body: [UInt8] = []) {
        let cookies = request.headers[values: .cookie]
        self.init(
            contentType: request.headers[.contentType],
            cookie: cookies.isEmpty ? nil : cookies.joined(separator: "; "),
            body: body
        )
    }

    init(reading request: Request) async throws {
        let body = try await request.body.collect(upTo: Self.maximumBodyBytes)
        self.init(request, body: Array(buffer: body))
    }
}

extension Response {
    init(_ response: ShopResponse) {
        var fields = HTTPFields()
        for (name, value) in response.headers {
            guard let name = HTTPField.Name(name) else { continue }
            fields.append(HTTPField(name: name, value: value))
        }
        self.init(
            status: HTTPResponse.Status(code: response.status),
            headers: fields,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: response.body))
        )
    }
}
#endif
