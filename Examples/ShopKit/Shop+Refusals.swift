//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Tracify

extension Shop {
    /// Returns the response to an invalid body: status 400 if it cannot be parsed, 422 if a field is invalid.
    func refusal(_ error: ValidationError, _ format: BodyFormat, _ request: ShopRequest) -> ShopResponse {
        let status = error.field == BodyFormat.field ? 400 : 422
        return switch format {
        case .form: self.html(.refusal(reason: error.description, cart: self.cart(of: request)), status: status)
        case .json: .json(ErrorResponse(error: error.description), status: status)
        }
    }

    /// Returns the response to an unsupported content type, which names the supported ones.
    func unsupportedMediaType(_ request: ShopRequest) -> ShopResponse {
        let reason = "send application/x-www-form-urlencoded or application/json"
        return self.html(.refusal(reason: reason, cart: self.cart(of: request)), status: 415)
    }
}
