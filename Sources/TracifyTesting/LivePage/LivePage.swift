//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if TestKit
/// The page that shows what comes in: one document without external assets.
///
/// Its script shows texts as texts, never as markup. `LiveFeed` keeps it up to date.
enum LivePage {
    /// The header fields of data, so that no foreign page can embed or read it.
    static let headersOfData = [
        ("X-Content-Type-Options", "nosniff"), ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Referrer-Policy", "no-referrer"), ("X-Frame-Options", "DENY"),
    ]

    /// Returns the header fields and the document, whose style and script have a nonce of their own each time.
    static func response() -> (headers: [(String, String)], html: [UInt8]) {
        let nonce = String(UInt64.random(in: .min ... .max), radix: 36) + String(UInt64.random(in: .min ... .max), radix: 36)
        let policy = """
            default-src 'none'; style-src 'nonce-\(nonce)'; script-src 'nonce-\(nonce)'; connect-src 'self'; img-src data:; \
            base-uri 'none'; form-action 'none'; frame-ancestors 'none'
            """
        let headers =
            [("Content-Type", "text/html; charset=utf-8"), ("Content-Security-Policy", policy)] + self.headersOfData
            + [("Cross-Origin-Opener-Policy", "same-origin")]
        let html = """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>Tracify collector</title>
            <link rel="icon" href="data:,">
            <style nonce="\(nonce)">
            \(self.style)
            </style>
            </head>
            <body>
            \(self.markup)
            <script nonce="\(nonce)">
            "use strict";
            \(self.scriptOfTexts)
            \(self.scriptOfEvents)
            \(self.scriptOfViews)
            \(self.scriptOfFeed)
            </script>
            </body>
            </html>
            """
        return (headers, Array(html.utf8))
    }
}
#endif
