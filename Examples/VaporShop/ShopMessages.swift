#if Vapor && Configuration && TestKit
import NIOCore
import NIOHTTP1
import ShopKit
import Vapor

// What Vapor and the shop have of a request and a response, from one to the other.

extension HTTPBodyStreamStrategy {
    /// The whole body, up to what the shop reads at most.
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
