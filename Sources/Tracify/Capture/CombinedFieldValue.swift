//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// The combined value of a header field's lines (RFC 9110, section 5.3), limited to its last bytes.
///
/// The last elements are those that the nearest proxies appended. A client cannot displace them, however long a value it sends.
struct CombinedFieldValue {
    private let limit: Int
    private var text: String?

    /// Creates a value without lines.
    ///
    /// - Parameter limit: The maximum length of the combined value, in bytes.
    init(limit: Int) {
        self.limit = limit
    }

    @inline(__always)
    mutating func append(_ line: String) {
        if self.text == nil {
            self.text = line
        } else {
            self.appendSubsequent(line)
        }
    }

    private mutating func appendSubsequent(_ line: String) {
        self.text?.append(",")
        self.text?.append(line)
        // Cut only at four times the limit: many lines then need neither much memory nor quadratic time.
        if let text = self.text, text.utf8.count > 4 * self.limit {
            self.text = CombinedFieldValue.suffix(of: text, limit: self.limit)
        }
    }

    /// Returns the combined value, cut to the limit; `nil` when there is no line.
    @inline(__always)
    func combined() -> String? {
        guard let text = self.text else { return nil }
        return text.utf8.count <= self.limit ? text : CombinedFieldValue.suffix(of: text, limit: self.limit)
    }

    /// Returns the last whole elements of a list that fit into a limit, preceded by their comma.
    ///
    /// The comma makes the first element an empty one. A walk from the right stops there, so that it does not mistake the first
    /// remaining element for the first of the list.
    private static func suffix(of text: String, limit: Int) -> String {
        let kept = text.utf8.suffix(limit)
        guard let comma = kept.firstIndex(of: UInt8(ascii: ",")) else { return "" }
        return String(text[comma...])
    }
}
