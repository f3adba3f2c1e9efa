// The JSON bodies of the shop's responses.

struct OrderAnswer: Encodable {
    var status = "ok"
    let orderID: String

    private enum CodingKeys: String, CodingKey {
        case status
        case orderID = "order_id"
    }
}

struct ConversionAnswer: Encodable {
    let status = "ok"
    let conversionID: String

    private enum CodingKeys: String, CodingKey {
        case status
        case conversionID = "conversion_id"
    }
}

struct ErrorAnswer: Encodable {
    let error: String
}
