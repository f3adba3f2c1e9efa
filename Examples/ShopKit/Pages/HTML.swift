//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// HTML that is safe by construction: literals are kept, and every interpolated `String` is escaped.
///
/// ```swift
/// let name = "<b>Tea & more</b>"
/// let heading: HTML = "<h1>\(name)</h1>"  // <h1>&lt;b&gt;Tea &amp; more&lt;/b&gt;</h1>
/// ```
struct HTML: Sendable, ExpressibleByStringInterpolation {
    let text: String

    init(stringLiteral value: String) {
        self.text = value
    }

    init(stringInterpolation: StringInterpolation) {
        self.text = stringInterpolation.text
    }

    struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var text = ""

        init(literalCapacity: Int, interpolationCount: Int) {
            self.text.reserveCapacity(literalCapacity + interpolationCount * 32)
        }

        mutating func appendLiteral(_ literal: String) {
            self.text += literal
        }

        /// Appends escaped text, for an element's content or a double-quoted attribute value.
        mutating func appendInterpolation(_ text: String) {
            for scalar in text.unicodeScalars {
                switch scalar {
                case "&": self.text += "&amp;"
                case "<": self.text += "&lt;"
                case ">": self.text += "&gt;"
                case "\"": self.text += "&quot;"
                case "'": self.text += "&#39;"
                default: self.text.unicodeScalars.append(scalar)
                }
            }
        }

        mutating func appendInterpolation(_ number: Int) {
            self.text += String(number)
        }

        mutating func appendInterpolation(_ html: HTML) {
            self.text += html.text
        }

        mutating func appendInterpolation(_ parts: [HTML]) {
            for part in parts {
                self.text += part.text
            }
        }
    }
}
