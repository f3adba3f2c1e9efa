#if FlyingFox
import FlyingFox
import HTTPTypes
import Tracify

// What FlyingFox has of a request, a response and an address, as the values that an observer takes.

extension FlyingFox.HTTPRequest {
    /// The head. FlyingFox keeps one line of each field, the last, and knows no TLS.
    var head: HTTPTypes.HTTPRequest {
        HTTPTypes.HTTPRequest(
            // What is no method can be no page view either.
            method: .init(self.method.rawValue) ?? .trace,
            scheme: "http",
            authority: self.headers[.host],
            path: self.target.rawValue,
            headerFields: HTTPFields(self.headers)
        )
    }
}

extension FlyingFox.HTTPResponse {
    var head: HTTPTypes.HTTPResponse {
        // What has no three digits is no status, whatever a handler says.
        let code = self.statusCode.code
        return HTTPTypes.HTTPResponse(
            status: .init(code: (100...999).contains(code) ? code : 500),
            headerFields: HTTPFields(self.headers)
        )
    }
}

extension HTTPFields {
    /// How many fields are taken of a message. No browser sends a tenth of it; FlyingFox sets no limit, and this type ends the
    /// program at 65,536.
    private static let maximumCount = 1000

    fileprivate init(_ headers: HTTPHeaders) {
        self.init()
        for (header, value) in headers.prefix(HTTPFields.maximumCount) {
            guard let name = HTTPField.Name(header.rawValue) else { continue }
            self.append(HTTPField(name: name, value: value))
        }
    }
}

extension PeerAddress {
    init(_ address: FlyingFox.HTTPRequest.Address?) {
        switch address {
        case .ip4(let text, _), .ip6(let text, _): self.init(text: text)
        case .unix: self = .unixSocket
        case nil: self = .unknown
        }
    }
}
#endif
