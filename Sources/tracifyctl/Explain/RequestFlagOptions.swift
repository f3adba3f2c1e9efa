//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Tool
import ArgumentParser
import HTTPTypes
import Tracify

/// A request by flags, which are named as curl's, and its response.
struct RequestFlagOptions: ParsableArguments {
    @Argument(help: "The URL of a request.")
    var url: String?

    @Option(
        name: [.customShort("X", allowingJoined: true), .customLong("request")],
        help: "The method. Default: GET, or POST with --data."
    )
    var method: String?

    @Option(
        name: [.customShort("H"), .customLong("header")],
        help: "A field of the request, 'Name: value'."
    )
    var headers: [String] = []

    @Option(
        name: [.customShort("A"), .customLong("user-agent")],
        help: "The user agent. Default: that of a browser."
    )
    var agent: String?

    @Option(
        name: [.customShort("e"), .customLong("referer")],
        help: "The page that the visitor came from."
    )
    var referer: String?

    @Option(name: [.customShort("b"), .customLong("cookie")], help: "Cookies, 'name=value; name=value'.")
    var cookies: [String] = []

    @Option(
        name: [
            .customShort("d"), .customLong("data"), .customLong("data-raw"), .customLong("data-binary"),
            .customLong("data-ascii"), .customLong("data-urlencode"),
        ],
        parsing: .unconditionalSingleValue,
        help: "A body. It is not read, but makes the method POST."
    )
    var data: [String] = []

    @OptionGroup(visibility: .hidden) var ignored: CurlOptions

    @Option(help: "The address of the connection's peer: the visitor, or the proxy in front of the server.")
    var peer: String?

    @Option(help: "The status of the response.")
    var status = 200

    @Option(help: "The content type of the response. Default: by the extension of the path.")
    var contentType: String?

    @Option(help: "A field of the response, 'Name: value'.")
    var responseHeader: [String] = []

    @Flag(help: "Assume no field and no peer. A page view then needs all of them: -H, -A, --content-type and --peer.")
    var exact = false

    /// Returns the request.
    func request(_ url: String) throws(ToolError) -> ExplainedRequest {
        guard let parts = URLParts.texts(of: url), (try? Origin("\(parts.scheme)://\(parts.authority)")) != nil else {
            throw ToolError(
                "The URL must have http or https and a host, such as https://shop.example/products/mug.",
                .validationFailure
            )
        }
        guard let method = HTTPRequest.Method(self.method ?? (self.data.isEmpty ? "GET" : "POST")) else {
            throw ToolError("The method is not one of HTTP.", .validationFailure)
        }
        guard (100...599).contains(self.status) else { throw ToolError("--status must be from 100 to 599.", .validationFailure) }
        var fields = try self.givenFields()
        let path = parts.path.isEmpty ? "/" : parts.path
        let target = parts.query.map { "\(path)?\($0)" } ?? path
        let kind = RequestKind(target: target)
        var assumptions: [String] = []
        if !self.exact {
            if fields[.userAgent] == nil {
                fields[.userAgent] = ExplainedRequest.assumedAgent
                assumptions.append("User-Agent of a browser")
            }
            if fields[.fetchMode] == nil, fields[.fetchDestination] == nil {
                if let script = ScriptFetch(fields) {
                    assumptions.append(script.addFields(to: &fields))
                } else if fields[.accept] == nil {
                    kind.addFields(to: &fields)
                    assumptions.append("Accept and Sec-Fetch-* of a browser that loads this path")
                }
            }
        }
        var responseFields = try Self.fields(self.responseHeader, "--response-header")
        if let type = self.contentType { responseFields[.contentType] = type }
        if responseFields[.contentType] == nil, !self.exact, self.status != 304 {
            responseFields[.contentType] = kind.contentType
            assumptions.append("Content-Type: \(kind.contentType)")
        }
        if self.peer == nil, !self.exact { assumptions.append("a peer with the address \(ExplainedRequest.assumedPeer)") }
        // The tools of HTTP let a `Host` field name another site than the connection's.
        let authority = HTTPField.Name("Host").flatMap { fields[$0] } ?? parts.authority
        return ExplainedRequest(
            request: HTTPRequest(
                method: method,
                scheme: parts.scheme.lowercased(),
                authority: authority,
                path: target,
                headerFields: fields
            ),
            peer: self.exact && self.peer == nil ? .unknown : try Self.peer(self.peer),
            response: HTTPResponse(status: HTTPResponse.Status(code: self.status), headerFields: responseFields),
            assumptions: assumptions,
            omissions: self.omissions(responseFields),
            isPeerAssumed: self.peer == nil
        )
    }

    private func givenFields() throws(ToolError) -> HTTPFields {
        var fields = try Self.fields(self.headers, "-H")
        if let agent = self.agent { fields[.userAgent] = agent }
        if let referer = self.referer { fields[.referer] = referer }
        for cookie in self.cookies {
            // curl reads the file of that name.
            guard cookie.contains("=") else {
                throw ToolError("-b must be cookies, such as 'name=value'; files of cookies are not read.", .validationFailure)
            }
            fields.append("Cookie", cookie)
        }
        return fields
    }

    /// Returns what is missing with `--exact`, and how to give it.
    private func omissions(_ responseFields: HTTPFields) -> [String] {
        guard self.exact else { return [] }
        var omissions: [String] = []
        if responseFields[.contentType] == nil, self.status != 304 { omissions.append("Content-Type (give --content-type)") }
        if self.peer == nil { omissions.append("the peer (give --peer)") }
        return omissions
    }

    /// Returns the peer of `--peer`.
    static func peer(_ text: String?) throws(ToolError) -> PeerAddress {
        if text == "unix" { return .unixSocket }
        let peer = PeerAddress(text: text ?? ExplainedRequest.assumedPeer)
        guard peer != .unknown else {
            throw ToolError("--peer must be an IP address without a port, or unix.", .validationFailure)
        }
        return peer
    }

    private static func fields(_ lines: [String], _ option: String) throws(ToolError) -> HTTPFields {
        var fields = HTTPFields()
        for line in lines {
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, let name = parts.first, let value = parts.last,
                fields.append(name, value.drop(while: \.isWhitespace))
            else {
                throw ToolError("\(option) must be a field, such as 'Accept: text/html'.", .validationFailure)
            }
        }
        return fields
    }
}
#endif
