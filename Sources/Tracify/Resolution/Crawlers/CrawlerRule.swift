//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// The rule that decides whether a user agent is that of a program: a crawler, a link preview, a monitor or an HTTP library.
///
/// One pass over the header's bytes collects the signals in it (``UserAgentSignal``). Then:
///
/// 1. A header with a phrase of a program is that of a program. Words that apps also have in their names, such as `scanner`, do
///    not count if the header names a phone, a television or the network stack of an app.
/// 2. A header that starts with `Mozilla`, as those of nearly all browsers do, is that of a visitor if it names a system, an engine
///    or a device: all browsers do. The exception is a header that claims to be `compatible`, as programs do; of browsers, only
///    Internet Explorer and a few others did.
/// 3. Any other header is that of a visitor if it names a visitor's browser or device, or an engine, unless the header copies that
///    of a browser behind a name of its own.
/// 4. The rest is that of programs. Programs choose their names freely; browsers do not, because sites would not recognize them.
///
/// The rule relies on what programs state about themselves. It does not detect a program that sends a browser's header.
enum CrawlerRule {
    private static let automaton = AhoCorasick(UserAgentSignal.phrases)

    /// Returns whether a user agent is that of a program; `false` for an empty one.
    static func isCrawler(_ header: Bytes) -> Bool {
        // A missing user agent has a skip reason of its own: `SkipReason.noUserAgent`.
        if header.isEmpty { return false }
        var found: UserAgentSignal = []
        self.automaton.scan(header.buffer) { signal in
            found.formUnion(signal)
            return signal == .program ? .stop : signal == .exception ? .nextPosition : .next
        }
        if found.contains(.program) || found.contains(.purpose) && !found.contains(.device) { return true }
        if found.contains(.browser) { return false }
        if found.contains(.mozilla) {
            if found.contains(.explorer) { return false }
            return found.contains(.compatible) || found.isDisjoint(with: [.engine, .system, .device])
        }
        return !found.contains(.device)
            && (!found.contains(.engine) || found.contains(.anyMozilla) || found.contains(.compatible))
    }
}
