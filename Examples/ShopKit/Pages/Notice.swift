//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// A message that the next page shows once, after a redirect.
///
/// It is stored in a short-lived cookie.
enum Notice: String {
    case subscribed

    private static let cookieName = "notice"

    /// Reads the notice from a request's cookies.
    init?(cookies: String?) {
        guard let value = Cookies.value(of: Notice.cookieName, in: cookies) else { return nil }
        self.init(rawValue: String(value))
    }

    /// The `set-cookie` field that passes the notice to the next page.
    var cookie: (name: String, value: String) {
        Cookies.field(Notice.cookieName, self.rawValue, maxAge: 60)
    }

    /// The `set-cookie` field that deletes the notice after it was shown.
    static let clearingCookie = Cookies.field(Notice.cookieName, "", maxAge: 0)

    /// The text of the message.
    var text: String {
        switch self {
        case .subscribed: "Thank you! The next letter from the kiln will find you."
        }
    }
}
