import Tracify

extension Shop {
    /// Says why a body was not taken: 400 when it could not be read at all, 422 when a field is wrong.
    func refusal(_ error: ValidationError, _ format: BodyFormat, _ request: ShopRequest) -> ShopResponse {
        let status = error.field == BodyFormat.field ? 400 : 422
        return switch format {
        case .form: .html(.refusal(reason: error.description, cart: Cart(cookies: request.cookie)), status: status)
        case .json: .json(ErrorAnswer(error: error.description), status: status)
        }
    }

    /// Says which bodies are taken.
    func unsupportedMediaType(_ request: ShopRequest) -> ShopResponse {
        let reason = "send application/x-www-form-urlencoded or application/json"
        return .html(.refusal(reason: reason, cart: Cart(cookies: request.cookie)), status: 415)
    }
}
