/// Reads and writes cookies (RFC 6265).
enum Cookies {
    /// A cookie's value; the first one when the name repeats.
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

    /// A `set-cookie` field. No script needs the shop's cookies. `Secure` is left out only because the example is tried over
    /// plain HTTP on one's own machine.
    ///
    /// - Parameter maxAge: How long the browser keeps it, in seconds: 0 deletes it, `nil` is until the browser is closed.
    static func field(_ name: String, _ value: String, maxAge: Int? = nil) -> (name: String, value: String) {
        ("set-cookie", "\(name)=\(value); Path=/; HttpOnly; SameSite=Lax" + (maxAge.map { "; Max-Age=\($0)" } ?? ""))
    }
}
