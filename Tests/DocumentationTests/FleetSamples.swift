//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if NATS
import Logging
import ServiceLifecycle
import Tracify
import TracifyHTTP
import TracifyNATS

private func server(_ configuration: Tracker.Configuration, _ store: any EventStore, _ logger: Logger) throws -> Tracker {
    // sample begin
    let sink = try JetStreamSink(configuration: .init(servers: ["tls://broker.example.com:4222"]), logger: logger)
    let tracker = try Tracker(configuration: configuration, sink: sink, store: store)
    // sample end
    return tracker
}

private func relay(_ tracker: Tracker, _ servers: [String], _ logger: Logger) throws -> ServiceGroup {
    // sample begin
    let relay = try JetStreamRelay(configuration: .init(servers: servers), tracker: tracker, logger: logger)
    let group = ServiceGroup(services: [tracker, relay], logger: logger)
    // sample end
    return group
}
#endif
