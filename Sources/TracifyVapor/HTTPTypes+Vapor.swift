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
    /// The head of a response. A status that is none in HTTP would stop the program here; it is shown as an error.
    init(_ response: Response) {
        let code = Int(clamping: response.status.code)
        self.init(
            status: Status(code: (100...999).contains(code) ? code : 500),
            headerFields: HTTPFields(response.headers, splitCookie: false)
        )
    }
}
#endif
