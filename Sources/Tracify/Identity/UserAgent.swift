//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import HTTPTypes

/// The value of a `User-Agent` field, byte for byte as received.
///
/// It is personal data and leaves the process only as a hash of its bytes (contract, "Anonymization").
enum UserAgent: Sendable, Hashable {
    /// A value in valid UTF-8, the common case.
    case text(String)
    /// A value that is not valid UTF-8, which a `String` would change, or that was truncated.
    case bytes([UInt8])

    /// Returns whether the bytes of both values are equal; `String` compares by canonical equivalence instead.
    static func == (lhs: UserAgent, rhs: UserAgent) -> Bool {
        switch (lhs, rhs) {
        // Equal ASCII texts have equal bytes. User agents are nearly always ASCII, so the bytes are rarely compared.
        case (.text(let lhs), .text(let rhs)):
            lhs == rhs && lhs.utf8.count == rhs.utf8.count
                && (lhs[...].allBytes { $0 < 0x80 } || lhs.utf8.elementsEqual(rhs.utf8))
        case (.bytes(let lhs), .bytes(let rhs)): lhs == rhs
        default: false
        }
    }

    /// The maximum length of a value, in bytes; a longer one is truncated before it is hashed.
    static let maximumLength = 2048

    /// The value that is hashed for a request without a `User-Agent` field, because the contract requires a hash in every event.
    static let none = UserAgent.text("")

    /// Creates a user agent from a field, truncated to ``maximumLength``.
    init(_ field: HTTPField) {
        let value = field.value
        // `HTTPField.value` replaces invalid UTF-8 with U+FFFD, which begins with the byte 0xEF. Without that byte nothing was
        // replaced; with it, the bytes are compared.
        let isExact = field.withUnsafeBytesOfValue { bytes in
            bytes.count == value.utf8.count && value[...].allBytes { $0 != 0xEF } || bytes.elementsEqual(value.utf8)
        }
        if isExact {
            self.init(value)
        } else {
            self = .bytes(field.withUnsafeBytesOfValue { [UInt8]($0.prefix(UserAgent.maximumLength)) })
        }
    }

    /// Creates a user agent from text, truncated to ``maximumLength``.
    init(_ text: String) {
        if text.utf8.count <= UserAgent.maximumLength {
            self = .text(text)
        } else {
            self = .bytes([UInt8](text.utf8.prefix(UserAgent.maximumLength)))
        }
    }

    /// The length, in bytes.
    var byteCount: Int {
        switch self {
        case .text(let text): text.utf8.count
        case .bytes(let bytes): bytes.count
        }
    }

    /// Appends the bytes.
    func append(to buffer: inout [UInt8]) {
        switch self {
        case .text(let text): buffer.append(contentsOf: text.utf8)
        case .bytes(let bytes): buffer.append(contentsOf: bytes)
        }
    }
}
