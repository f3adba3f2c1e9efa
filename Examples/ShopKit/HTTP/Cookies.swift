//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// Parses and formats cookies (RFC 6265).
enum Cookies {
    /// Returns the value of a cookie, or of the first cookie if the name repeats.
    static func value(of name: String, in cookies: String?) -> Substring? {
        guard let cookies else { return nil }
        for cookie in cookies.split(separator: ";") {
            let cookie = cookie.drop { $0 == " " || $0 == "\t" }
            if cookie.hasPrefix(name), cookie.dropFirst(name.count).first == "=" {
                return cookie.dropFirst(name.count + 1)
            }
        }
        return nil
    }

    /// Returns a `set-cookie` field.
    ///
    /// The cookie is `HttpOnly`, because no script needs it. `Secure` is omitted because the example runs over plain HTTP on a
    /// local machine.
    ///
    /// - Parameters:
    ///   - name: The name of the cookie.
    ///   - value: The value of the cookie.
    ///   - maxAge: The lifetime in seconds: 0 deletes the cookie, and `nil` keeps it until the browser closes.
    /// - Returns: The name and value of the header field.
    static func field(_ name: String, _ value: String, maxAge: Int? = nil) -> (name: String, value: String) {
        ("set-cookie", "\(name)=\(value); Path=/; HttpOnly; SameSite=Lax" + (maxAge.map { "; Max-Age=\($0)" } ?? ""))
    }
}
