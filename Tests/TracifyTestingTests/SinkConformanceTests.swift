//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Foundation
import Synchronization
import Testing
import TracifyHTTP
import TracifyTesting

@testable import Tracify

/// The sinks of this package meet the requirements of every sink.
@Suite(.timeLimit(.minutes(15)))
struct SinkConformanceTests {
    @Test func inMemorySinkConforms() async throws {
        try await checkSinkConformance {
            let sink = InMemorySink()
            return SinkUnderTest(sink, received: { sink.events.map(json) }, failNext: { sink.failNext(1) })
        }
    }

    @Test func fileSinkConforms() async throws {
        try await withTemporaryDirectory { directory in
            let files = Shared(0)
            try await checkSinkConformance {
                files.change { $0 += 1 }
                let path = "\(directory)/\(files.value).ndjson"
                let failures = Shared(0)
                var operations = FileOperations()
                operations.synchronize = { _ in
                    failures.change { (count) -> Int32 in
                        guard count > 0 else { return 0 }
                        count -= 1
                        return 5
                    }
                }
                return SinkUnderTest(
                    try FileSink(configuration: .init(path: path), operations: operations),
                    received: {
                        try Data(contentsOf: URL(filePath: path)).split(separator: UInt8(ascii: "\n")).map { [UInt8]($0) }
                    },
                    failNext: { failures.change { $0 += 1 } }
                )
            }
        }
    }

    /// Whatever sink fails or hangs, each has what it accepted as a whole.
    @Test(arguments: [(failing: 0, observed: 0), (0, 1), (1, 0), (1, 1)])
    func multiplexSinkConforms(failing: Int, observed: Int) async throws {
        try await checkSinkConformance {
            let sinks = [SwitchSink(), SwitchSink()]
            let hanging = SwitchSink()
            hanging.hang()
            var configuration = BestEffortConfiguration()
            configuration.drainTimeout = .zero
            let multiplex = MultiplexSink([
                .required(sinks[0]), .bestEffort(hanging, configuration: configuration), .required(sinks[1]),
            ])
            return SinkUnderTest(
                multiplex,
                received: { sinks[observed].bodies },
                failNext: { sinks[failing].failNext() },
                hang: { sinks[failing].hang() }
            )
        }
    }

    #if TestKit
    /// Over real connections, against the collector.
    @Test func httpSinkConforms() async throws {
        let collectors = Shared<[Collector]>([])
        let result = await Result.async {
            try await checkSinkConformance {
                let collector = try await Collector.start()
                collectors.change { $0.append(collector) }
                var configuration = HTTPSink.Configuration(token: try APIToken("test"))
                configuration.endpoint = try Endpoint(collector.endpoint)
                return SinkUnderTest(
                    try HTTPSink(configuration: configuration),
                    received: { collector.exchanges.filter(\.isAccepted).map(\.body) },
                    failNext: { collector.reply(with: .status(503)) },
                    hang: { collector.replyAlways(with: .hang) }
                )
            }
        }
        for collector in collectors.value { await collector.stop() }
        try result.get()
    }
    #endif
}

#if TestKit
extension Result where Failure == any Error {
    fileprivate static func async(_ body: () async throws -> Success) async -> Self {
        do { return .success(try await body()) } catch { return .failure(error) }
    }
}
#endif

private func json(_ event: Event) -> [UInt8] { EventEncoder().encode(event) }

/// A sink that fails and hangs on demand.
final class SwitchSink: EventSink {
    private struct State {
        var bodies: [[UInt8]] = []
        var failures = 0
        var isHanging = false
    }

    private let state = Mutex(State())

    var bodies: [[UInt8]] { self.state.withLock { $0.bodies } }

    func failNext() { self.state.withLock { $0.failures += 1 } }
    func hang() { self.state.withLock { $0.isHanging = true } }
    func removeAll() { self.state.withLock { $0.bodies = [] } }

    func deliver(_ batch: EventBatch) async throws {
        let isHanging = try self.state.withLock { state in
            if state.isHanging { return true }
            guard state.failures == 0 else {
                state.failures -= 1
                throw DeliveryError.retryable("a test requested this failure")
            }
            state.bodies.append(batch.body)
            return false
        }
        if isHanging { try await Gate().wait() }
    }
}
