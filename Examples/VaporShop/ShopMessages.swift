//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Vapor && Configuration && TestKit
import NIOCore
import NIOHTTP1
import ShopKit
import Vapor

// Converts requests and responses between Vapor and the shop.

extension HTTPBodyStreamStrategy {
    /// Collects the complete body, up to the byte limit of the shop.
    static let form = HTTPBodyStreamStrategy.collect(maxSize: "64kb")
}

extension ShopRequest {
    init(_ request: Request) {
        let cookies = request.headers[.cookie]
        self.init(
            contentType: request.headers.first(name: .contentType),
            cookie: cookies.isEmpty ? nil : cookies.joined(separator: "; "),
            body: request.body.data.map { Array(buffer: $0) } ?? []
        )
    }
}

extension Response {
    convenience init(_ response: ShopResponse) {
        self.init(
            status: HTTPResponseStatus(statusCode: response.status),
            headers: HTTPHeaders(response.headers),
            body: Body(buffer: ByteBuffer(bytes: response.body))
        )
    }
}
#endif
