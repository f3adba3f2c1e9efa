//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Tool
extension String {
    /// The text in one line, with a replacement for each character that could change how a terminal shows it.
    var printable: String {
        // Most texts have none of these characters, and there are many lines.
        if self.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return self }
        var text = ""
        for scalar in self.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: text.append(scalar == "\n" ? " " : "\u{FFFD}")
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }

    /// The text with spaces up to a width.
    func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - self.count))
    }
}

extension Int {
    /// The number with a comma between groups of three digits.
    var grouped: String {
        let digits = Array(String(self.magnitude))
        var text = self < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { text.append(",") }
            text.append(digit)
        }
        return text
    }

    /// The number and a noun, in the plural unless the number is 1.
    func counted(_ noun: String, plural: String? = nil) -> String {
        "\(self.grouped) \(self == 1 ? noun : plural ?? noun + "s")"
    }
}
#endif
