//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Tool
import Tracify

/// Keeps account of a replay: counts, rejected events, the place in the file, and the progress on a terminal.
final class ReplayRecorder {
    private(set) var delivered = EventTally()
    private(set) var rejected = EventTally()
    /// The number of lines that are no events.
    private(set) var unreadable = 0
    private var file = ""
    private var identity: FileIdentity?
    private var rejectedFile: RejectedFile?
    private var resumeFile: ResumeFile?
    private var progress = ProgressLine()
    private let start = ContinuousClock.now
    private var shownReasons = 0

    /// The number of rejections that are shown one by one.
    private static let maximumShown = 10

    init(rejected: consuming RejectedFile?, resume: consuming ResumeFile?) {
        self.rejectedFile = rejected
        self.resumeFile = resume
    }

    /// Begins a file.
    ///
    /// - Returns: The place at which to begin.
    func begin(_ input: borrowing InputFile, path: String) throws(ToolError) -> ReplayPosition {
        self.file = path
        self.identity = input.identity
        return try self.resumeFile?.start(of: input, path: path) ?? ReplayPosition()
    }

    /// Records the outcome of events, in their order.
    func record(_ items: ArraySlice<ReplayItem>, _ outcome: ReplayDelivery.Outcome) throws(ToolError) {
        switch outcome {
        case .delivered:
            for item in items { self.delivered.add(item.type) }
        case .rejected(let reason):
            for item in items { self.rejected.add(item.type) }
            try self.reject(items, reason)
        }
        try self.save(items.last)
        self.progress.update(self.progressText)
    }

    /// Records a line that is no event.
    func recordUnreadable(_ item: ReplayItem) throws(ToolError) {
        self.unreadable += 1
        if item.isIncomplete {
            // It may still be written: the next replay reads it again.
            self.warn("\(self.file.printable):\(item.line): \(item.problem ?? "incomplete")")
        } else {
            try self.reject([item], item.problem ?? "no event")
        }
        try self.save(item)
    }

    /// Shows a warning above the progress.
    func warn(_ text: String) {
        self.progress.clear()
        StandardError.write("tracifyctl: \(text)")
    }

    /// Removes the progress from the terminal.
    func finish() { self.progress.clear() }

    private func reject(_ items: ArraySlice<ReplayItem>, _ reason: String) throws(ToolError) {
        try self.rejectedFile?.append(items, reason: reason, file: self.file)
        for item in items {
            self.shownReasons += 1
            if self.shownReasons <= Self.maximumShown {
                self.warn("not delivered: \(self.file.printable):\(item.line): \(reason.printable)")
            } else if self.shownReasons == Self.maximumShown + 1 {
                self.warn("more events were not delivered; they are counted")
            }
        }
    }

    private func save(_ item: ReplayItem?) throws(ToolError) {
        guard let item, let identity = self.identity else { return }
        try self.resumeFile?.save(item.end, of: identity, path: self.file)
    }

    private var progressText: String {
        let seconds = max(0.001, (ContinuousClock.now - self.start) / .seconds(1))
        let rate = Int(Double(self.delivered.total) / seconds)
        let rejected = self.rejected.total > 0 ? ", \(self.rejected.total.grouped) rejected" : ""
        return "\(self.delivered.total.grouped) delivered\(rejected), \(rate.grouped)/s"
    }
}
#endif
