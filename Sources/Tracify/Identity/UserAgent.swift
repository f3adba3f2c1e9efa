import HTTPTypes

/// A user agent header as it was received: hashed byte by byte, never shown.
enum UserAgent: Sendable, Hashable {
    /// A header whose bytes are UTF-8, which all but a few are.
    case text(String)
    /// A header with other bytes, which the text form would have changed.
    case bytes([UInt8])

    /// Compares bytes, where `String` takes canonically equivalent texts for the same.
    static func == (lhs: UserAgent, rhs: UserAgent) -> Bool {
        switch (lhs, rhs) {
        // Equal texts have equal bytes unless they are not ASCII, which user agents nearly never are.
        case (.text(let lhs), .text(let rhs)):
            lhs == rhs && lhs.utf8.count == rhs.utf8.count
                && (lhs[...].allBytes { $0 < 0x80 } || lhs.utf8.elementsEqual(rhs.utf8))
        case (.bytes(let lhs), .bytes(let rhs)): lhs == rhs
        default: false
        }
    }

    /// The longest header that is kept, in bytes; what is longer is cut there before it is hashed.
    static let maximumLength = 2048

    /// What is hashed for a visit that brought none: the contract asks for a hash in every event.
    static let none = UserAgent.text("")

    init(_ field: HTTPField) {
        let value = field.value
        // A value that is not UTF-8 comes back repaired, with U+FFFD of three bytes where one was.
        let isExact = field.withUnsafeBytesOfValue { bytes in
            bytes.count == value.utf8.count && value[...].allBytes { $0 != 0xEF } || bytes.elementsEqual(value.utf8)
        }
        if isExact {
            self.init(value)
        } else {
            self = .bytes(field.withUnsafeBytesOfValue { [UInt8]($0.prefix(UserAgent.maximumLength)) })
        }
    }

    init(_ text: String) {
        if text.utf8.count <= UserAgent.maximumLength {
            self = .text(text)
        } else {
            self = .bytes([UInt8](text.utf8.prefix(UserAgent.maximumLength)))
        }
    }

    var byteCount: Int {
        switch self {
        case .text(let text): text.utf8.count
        case .bytes(let bytes): bytes.count
        }
    }

    func append(to buffer: inout [UInt8]) {
        switch self {
        case .text(let text): buffer.append(contentsOf: text.utf8)
        case .bytes(let bytes): buffer.append(contentsOf: bytes)
        }
    }

    /// Whether it is a program's and no person's.
    var isCrawler: Bool { CrawlerRule.isCrawler(self) }
}
