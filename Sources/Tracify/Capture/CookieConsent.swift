//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import HTTPTypes

/// A cookie by which a visitor gives consent.
///
/// It is evaluated on every request's task, so it scans the bytes of the `Cookie` fields once and allocates nothing.
struct CookieConsent: Sendable {
    private let name: [UInt8]
    private let value: [UInt8]

    init(name: String, value: String) {
        self.name = Array(name.utf8)
        self.value = Array(value.utf8)
    }

    /// Returns whether the cookie is present and has the value in each occurrence.
    func isGiven(in fields: HTTPFields) -> Bool {
        var isFound = false
        for index in fields.indices {
            let name = fields[index].name.canonicalName
            guard name.utf8.count == 6, name == "cookie" else { continue }
            switch fields[index].withUnsafeBytesOfValue({ self.consent(in: $0) }) {
            case true?: isFound = true
            case false?: return false
            case nil: break
            }
        }
        return isFound
    }

    /// Returns whether the cookie has the value in each occurrence; `nil` when it does not occur.
    private func consent(in bytes: UnsafeBufferPointer<UInt8>) -> Bool? {
        var isFound = false
        var start = 0
        while start < bytes.count {
            var end = start
            while end < bytes.count, bytes[end] != UInt8(ascii: ";") { end += 1 }
            let pair = self.trimmed(bytes[start..<end])
            start = end + 1
            guard pair.count > self.name.count, pair.starts(with: self.name),
                pair[pair.startIndex + self.name.count] == UInt8(ascii: "=")
            else { continue }
            guard pair.dropFirst(self.name.count + 1).elementsEqual(self.value) else { return false }
            isFound = true
        }
        return isFound ? true : nil
    }

    /// Returns the bytes without leading and trailing spaces and tabs.
    private func trimmed(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Slice<UnsafeBufferPointer<UInt8>> {
        var bytes = bytes
        while let first = bytes.first, self.isBlank(first) { bytes.removeFirst() }
        while let last = bytes.last, self.isBlank(last) { bytes.removeLast() }
        return bytes
    }

    private func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
    }
}
