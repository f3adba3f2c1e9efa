#if Vapor
import HTTPTypes
import NIOHTTPTypesHTTP1
import Vapor

// What Vapor has of a request's and a response's head, as values of swift-http-types.

extension HTTPRequest {
    /// The head of a request; `nil` if its method is none.
    init?(_ request: Request) {
        guard let method = try? HTTPRequest.Method(request.method) else { return nil }
        let headers = request.headers
        self.init(
            method: method,
            scheme: request.application.http.server.configuration.tlsConfiguration == nil ? "http" : "https",
            authority: headers.first(name: .host),
            path: request.url.string,
            headerFields: HTTPFields(headers, splitCookie: false)
        )
    }
}

extension HTTPResponse {
    /// The head of a response.
    init(_ response: Response) {
        self.init(
            status: Status(code: Int(response.status.code), reasonPhrase: response.status.reasonPhrase),
            headerFields: HTTPFields(response.headers, splitCookie: false)
        )
    }
}
#endif
