//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// The parts of a request that the shop uses, independent of the server framework.
public struct ShopRequest: Sendable {
    /// The `Content-Type` field.
    public var contentType: String?
    /// The `Cookie` fields, joined with `; `.
    public var cookie: String?
    /// The body, whose size the server limits.
    public var body: [UInt8]

    /// Creates a request.
    ///
    /// - Parameters:
    ///   - contentType: The `Content-Type` field.
    ///   - cookie: The `Cookie` field.
    ///   - body: The body.
    public init(contentType: String? = nil, cookie: String? = nil, body: [UInt8] = []) {
        self.contentType = contentType
        self.cookie = cookie
        self.body = body
    }
}
