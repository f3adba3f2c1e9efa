//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Tool
/// A line on the terminal that shows how far a command is; nothing elsewhere.
struct ProgressLine {
    private let isShown = Terminal.isStyled(Terminal.standardError)
    private var shownAt: ContinuousClock.Instant?

    private static let interval = Duration.milliseconds(200)

    /// Shows a text instead of the last one, a few times a second.
    mutating func update(_ text: @autoclosure () -> String) {
        guard self.isShown else { return }
        let now = ContinuousClock.now
        if let shownAt, now - shownAt < Self.interval { return }
        self.shownAt = now
        _ = writeAll(Array("\r\u{1B}[K\(text())".utf8), to: Terminal.standardError)
    }

    /// Removes the line.
    mutating func clear() {
        guard self.isShown, self.shownAt != nil else { return }
        self.shownAt = nil
        _ = writeAll(Array("\r\u{1B}[K".utf8), to: Terminal.standardError)
    }
}
#endif
