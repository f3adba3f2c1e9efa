//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import BenchmarkSupport
import Foundation
import Synchronization
import Tracify

/// Measurements beside what others do with the same bytes.
enum Baselines {
    /// An event as an application would model it for `Codable`.
    private struct Model: Codable {
        let url: String
        let customer_site_id: String
        let identity_data: [String: Int]
        let datetime: String
        let type: String
        let data: [String: String]
    }

    private struct Body: Codable {
        let events: [Model]
    }

    /// Keeps its batches.
    private final class Keeper: EventSink {
        private let state = Mutex<[EventBatch]>([])

        var batches: [EventBatch] { self.state.withLock { $0 } }

        func deliver(_ batch: EventBatch) async throws { self.state.withLock { $0.append(batch) } }
    }

    private static func batches(_ count: Int, of batch: Int) async throws -> [EventBatch] {
        let sink = Keeper()
        let tracker = try Pipeline.makeTracker(sink) {
            $0.queue.maximumEvents = count + 1
            $0.queue.maximumBytes = 1 << 30
            $0.batches.maximumEvents = batch
            $0.batches.maximumBytes = 1 << 20
        }
        for request in try Requests.make(count, visitors: 1000) { Pipeline.observe(request, tracker) }
        let run = Task { try await tracker.run() }
        run.cancel()
        try await run.value
        return sink.batches
    }

    /// Returns the median of some measurements, in nanoseconds.
    private static func median(_ rounds: Int = 15, _ body: () async throws -> Void) async rethrows -> Double {
        var times: [Double] = []
        for _ in 0..<rounds { times.append(try await ContinuousClock().measure(body) / .nanoseconds(1)) }
        return times.sorted()[rounds / 2]
    }

    /// Measures Foundation's encoder with the events of the exporter's benchmark.
    ///
    /// The main thread is blocked, as the end of a thread that waits for tasks is more than some tools can follow.
    static func encoder(_ count: Int) throws -> Result {
        let made = Mutex<[EventBatch]>([])
        let isDone = DispatchSemaphore(value: 0)
        Task.detached {
            // Also when it fails: then there is nothing to encode.
            defer { isDone.signal() }
            let batches = try await self.batches(count, of: 100)
            made.withLock { $0 = batches }
        }
        isDone.wait()
        let bodies = try made.withLock { $0 }.map { try JSONDecoder().decode(Body.self, from: Data($0.body)) }
        let encoder = JSONEncoder()
        var times: [Double] = []
        for _ in 0..<15 {
            times.append(try ContinuousClock().measure { for body in bodies { _ = try encoder.encode(body) } } / .nanoseconds(1))
        }
        var result = Result()
        result.add("json_encoder_nanoseconds_per_event", times.sorted()[7] / Double(count))
        return result
    }

    /// Measures the file sink beside a plain `write` of the same bytes in the same chunks, in the current directory, both without and with
    /// `fsync`, which is the sink's default.
    static func file() async throws -> Result {
        let batches = try await self.batches(20_000, of: 500)
        let bytes = batches.map(\.body)
        let total = Double(bytes.reduce(0) { $0 + $1.count }) / 1_048_576
        var result = Result()
        for synchronizes in [false, true] {
            unlink("pipeline.ndjson")
            var configuration = FileSink.Configuration(path: "pipeline.ndjson")
            configuration.synchronizesEachBatch = synchronizes
            let sink = try FileSink(configuration: configuration)
            let time = try await self.median { for batch in batches { try await sink.deliver(batch) } }
            await sink.shutdown()
            unlink("pipeline.ndjson")

            let descriptor = open("pipeline.raw", O_WRONLY | O_CREAT | O_APPEND, 0o600)
            let plain = await self.median {
                for body in bytes {
                    body.withUnsafeBytes { _ = write(descriptor, $0.baseAddress, $0.count) }
                    if synchronizes { fsync(descriptor) }
                }
            }
            close(descriptor)
            unlink("pipeline.raw")
            let suffix = synchronizes ? "_synchronized" : ""
            result.add("file_sink_mib_per_second\(suffix)", total / (time / 1e9))
            result.add("write_mib_per_second\(suffix)", total / (plain / 1e9))
            result.add("ratio\(suffix)", plain / time)
        }
        return result
    }
}
