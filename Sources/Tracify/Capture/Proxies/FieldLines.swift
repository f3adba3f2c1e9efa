/// The lines of one header field, joined to the one list that they are (RFC 9110, section 5.3), of which the end is kept.
///
/// The end is what the nearest proxies wrote. However long a client makes the beginning, it pushes nothing of that out.
struct FieldLines {
    private let limit: Int
    private var text: String?

    /// - Parameter limit: The most bytes that are kept.
    init(limit: Int) {
        self.limit = limit
    }

    @inline(__always)
    mutating func append(_ line: String) {
        if self.text == nil {
            self.text = line
        } else {
            self.appendFurther(line)
        }
    }

    private mutating func appendFurther(_ line: String) {
        self.text?.append(",")
        self.text?.append(line)
        // Cut now and then, so that many lines need little memory, and not each time, so that they need little time.
        if let text = self.text, text.utf8.count > 4 * self.limit { self.text = FieldLines.end(of: text, limit: self.limit) }
    }

    /// The list, cut to the limit; `nil` without a line.
    @inline(__always)
    func end() -> String? {
        guard let text = self.text else { return nil }
        return text.utf8.count <= self.limit ? text : FieldLines.end(of: text, limit: self.limit)
    }

    /// The last whole elements of a list that fit, with the comma before them: who walks the list from the right comes to an empty
    /// element there, which ends the walk, and takes no element for the first that is not.
    private static func end(of text: String, limit: Int) -> String {
        let kept = text.utf8.suffix(limit)
        guard let comma = kept.firstIndex(of: UInt8(ascii: ",")) else { return "" }
        return String(text[comma...])
    }
}
