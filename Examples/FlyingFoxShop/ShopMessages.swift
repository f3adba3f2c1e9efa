#if FlyingFox && Configuration && TestKit
import FlyingFox
import Foundation
import ShopKit

// What FlyingFox and the shop have of a request and a response, from one to the other.

extension ShopRequest {
    /// The longest body that the shop reads.
    private static let maximumBodyBytes = 64 * 1024

    struct BodyTooLong: Error {}

    init(_ request: HTTPRequest, body: [UInt8] = []) {
        self.init(contentType: request.headers[.contentType], cookie: request.headers[.cookie], body: body)
    }

    init(reading request: HTTPRequest) async throws {
        var body: [UInt8] = []
        for try await chunk in request.bodySequence {
            body += chunk
            guard body.count <= Self.maximumBodyBytes else { throw BodyTooLong() }
        }
        self.init(request, body: body)
    }
}

extension HTTPResponse {
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
