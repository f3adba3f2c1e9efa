//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

package import HTTPTypes
package import Tracify

/// Requests as a browser sends them: sixteen header fields, a campaign's landing page.
///
/// Each is a value of its own, with nothing shared or cached between them, as a server has them.
package enum Requests {
    package static let response = HTTPResponse(
        status: .ok,
        headerFields: [.date: "Fri, 21 Jun 2024 12:36:37 GMT", .server: "shop", .contentType: "text/html; charset=utf-8"]
    )

    package static func make(_ count: Int, visitors: Int, adding more: [(String, String)] = []) throws -> [(
        HTTPRequest, PeerAddress
    )] {
        try (0..<count)
            .map { index in
                let visitor = index % visitors
                var fields = HTTPFields()
                for (name, value) in [
                    ("Host", "www.shop.example"), ("Connection", "keep-alive"), ("Cache-Control", "max-age=0"),
                    ("sec-ch-ua", "\"Chromium\";v=\"126\", \"Not.A/Brand\";v=\"24\""), ("sec-ch-ua-mobile", "?0"),
                    ("sec-ch-ua-platform", "\"macOS\""), ("Upgrade-Insecure-Requests", "1"),
                    (
                        "User-Agent",
                        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) "
                            + "Chrome/126.0.\(visitor).0 Safari/537.36"
                    ),
                    ("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"),
                    ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-User", "?1"),
                    ("Sec-Fetch-Dest", "document"), ("Referer", "https://news.example/articles/\(index)"),
                    ("Accept-Encoding", "gzip, deflate, br, zstd"), ("Accept-Language", "en-GB,en;q=0.9"),
                ] + more {
                    guard let name = HTTPField.Name(name) else { throw CancellationError() }
                    fields.append(HTTPField(name: name, value: value))
                }
                let request = HTTPRequest(
                    method: .get,
                    scheme: "https",
                    authority: "www.shop.example",
                    path:
                        "/products/shoes-\(index)?utm_source=fb&utm_medium=paid&trc_mcmp_id=120206067078490109&trc_mag_id=1202060",
                    headerFields: fields
                )
                return (request, .ip(IPAddress(ipv4: 0xCB00_7100 &+ UInt32(visitor))))
            }
    }
}
