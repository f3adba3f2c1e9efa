//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

// The JSON bodies of the shop's responses.

struct OrderResponse: Encodable {
    var status = "ok"
    let orderID: String

    private enum CodingKeys: String, CodingKey {
        case status
        case orderID = "order_id"
    }
}

struct ConversionResponse: Encodable {
    let status = "ok"
    let conversionID: String

    private enum CodingKeys: String, CodingKey {
        case status
        case conversionID = "conversion_id"
    }
}

struct ErrorResponse: Encodable {
    let error: String
}
