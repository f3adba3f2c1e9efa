//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The navigations for which a browser may make two requests.
///
/// - With navigation preload, the browser requests a page while its service worker starts. A worker that does not use that response requests
///   the page again, without the mark of a preload. Either response may be the first, and either request the only one.
/// - A front end that cannot show what it has fetched, because it is built of other scripts, lets the browser open the page.
struct NavigationPairs {
    private enum Kind {
        case preloaded, passedOn, boosted
    }

    private struct Key: Hashable {
        let session: AnonymizedHash
        /// A digest of the URL, which would be up to 2 KB.
        let url: Int
        let type: EventType
        let kind: Kind
    }

    /// The time within which the second request comes, in seconds; a later one is another visit.
    private static let timeout = 10.0
    private static let capacity = 10_000

    /// The requests whose counterpart has not come, with their times.
    private var waiting: [Key: Double] = [:]

    /// Returns whether an event is that of a navigation's second request.
    mutating func isRepeat(_ flags: RequestFlags, _ visit: ResolvedVisit, _ type: EventType) -> Bool {
        if flags.contains(.preloaded) { return self.isRepeat(visit, type, of: .passedOn, else: .preloaded) }
        if flags.contains(.passedOn) { return self.isRepeat(visit, type, of: .preloaded, else: .passedOn) }
        if flags.contains(.boosted) { return self.isRepeat(visit, type, of: nil, else: .boosted) }
        guard flags.contains(.navigation), !flags.contains(.byUser), !self.waiting.isEmpty else { return false }
        return self.isRepeat(visit, type, of: .boosted, else: nil)
    }

    /// Removes the requests of a session.
    mutating func remove(_ session: AnonymizedHash) {
        self.waiting = self.waiting.filter { $0.key.session != session }
    }

    private mutating func isRepeat(_ visit: ResolvedVisit, _ type: EventType, of counterpart: Kind?, else kind: Kind?) -> Bool {
        let time = visit.date.timeIntervalSince1970
        let url = visit.url.hashValue
        func key(_ kind: Kind) -> Key { Key(session: visit.identity.session, url: url, type: type, kind: kind) }
        if let counterpart {
            let key = key(counterpart)
            if let other = self.waiting[key], abs(time - other) <= NavigationPairs.timeout {
                self.waiting[key] = nil
                return true
            }
        }
        guard let kind else { return false }
        if self.waiting.count >= NavigationPairs.capacity {
            self.waiting = self.waiting.filter { abs(time - $0.value) <= NavigationPairs.timeout }
            if self.waiting.count >= NavigationPairs.capacity { self.waiting.removeAll() }
        }
        self.waiting[key(kind)] = time
        return false
    }
}
