//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if SQLite
import Tracify
import TracifySQLite

private func store(_ configuration: Tracker.Configuration, _ sink: some EventSink) throws -> Tracker {
    // sample begin
    let store = try SQLiteEventStore(configuration: .init(path: "/var/lib/shop/tracify.sqlite"))
    let tracker = try Tracker(configuration: configuration, sink: sink, store: store)
    // sample end
    return tracker
}
#endif
