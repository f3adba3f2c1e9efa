//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import BenchmarkSupport
import Foundation
import HTTPTypes
import Logging
import Synchronization
import Tracify
import TracifyHTTP
import TracifySQLite

enum Pipeline {
    /// Where page views go.
    enum Destination: String {
        /// To a sink that does nothing.
        case discard
        /// To the other process.
        case http
        /// To the other process, through a store in the current directory.
        case store
        /// To a port on which nothing listens.
        case down
    }

    /// Returns a tracker that logs nothing.
    static func makeTracker(
        _ sink: some EventSink,
        store: SQLiteEventStore? = nil,
        configure: (inout Tracker.Configuration) -> Void
    ) throws -> Tracker {
        var configuration = Tracker.Configuration(customerSiteID: try CustomerSiteID("6b29fc40-ca47-1067-b31d-00dd010662da"))
        configuration.shutdown.cancellationDeadline = .seconds(120)
        configure(&configuration)
        let logger = Logger(label: "pipeline", factory: { _ in SwiftLogNoOpLogHandler() })
        return try Tracker(configuration: configuration, sink: sink, store: store, logger: logger)
    }

    private static func makeTracker(
        to destination: Destination,
        configure: (inout Tracker.Configuration) -> Void = { _ in }
    ) throws -> Tracker {
        guard destination != .discard else { return try self.makeTracker(Nowhere(), configure: configure) }
        var store: SQLiteEventStore?
        if destination == .store {
            for suffix in ["", "-wal", "-shm", ".lock"] { unlink("pipeline.sqlite\(suffix)") }
            var settings = SQLiteEventStore.Configuration(path: "pipeline.sqlite")
            settings.maximumBytes = 1 << 30
            store = try SQLiteEventStore(configuration: settings)
        }
        let port = destination == .down ? "9" : ProcessInfo.processInfo.environment["SINK"] ?? "9"
        var settings = HTTPSink.Configuration(token: try APIToken("benchmark"))
        settings.endpoint = try Endpoint("http://127.0.0.1:\(port)/events")
        return try self.makeTracker(try HTTPSink(configuration: settings), store: store, configure: configure)
    }

    /// Calls a closure on a thread of its own, as a server calls the tracker on its own threads.
    private static func onThread<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: body()) }
        }
    }

    private static func nanoseconds(_ clock: clockid_t = CLOCK_MONOTONIC) -> UInt64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    static func observe(_ request: (HTTPRequest, PeerAddress), _ tracker: Tracker) {
        tracker.requestCompleted(
            request.0,
            response: Requests.response,
            visit: tracker.visit(for: request.0, from: request.1)
        )
    }

    /// Waits until all that was observed has an end.
    private static func drain(_ tracker: Tracker, observed: Int) async throws {
        while true {
            let statistics = tracker.statistics
            let ended = statistics.delivered() + statistics.rejected() + statistics.dropped()
            if ended >= observed { return }
            try await Task.sleep(for: .milliseconds(1))
        }
    }

    /// Delivers as many page views as can be: the caller waits as long as the queue is nearly full.
    static func deliver(_ count: Int, batch: Int, to destination: Destination) async throws -> Result {
        let capacity = 50_000
        let tracker = try self.makeTracker(to: destination) {
            $0.queue.maximumEvents = capacity
            $0.queue.maximumBytes = 1 << 30
            $0.batches.maximumEvents = batch
            $0.batches.maximumBytes = 1 << 20
        }
        let requests = try Requests.make(20_000, visitors: 1000)
        let before = Resources.residentMemory
        let run = Task { try await tracker.run() }
        // Connections are made and memory is taken before the measurement.
        for request in requests.prefix(5000) { self.observe(request, tracker) }
        try await self.drain(tracker, observed: 5000)

        let (cpu, start) = (Resources.cpu, self.nanoseconds())
        let peak = await self.onThread {
            var peak = 0.0
            for index in 0..<count {
                if index % 500 == 0 {
                    if index % 50_000 == 0 { peak = max(peak, Resources.residentMemory) }
                    while tracker.statistics.queued > capacity / 2 { usleep(200) }
                }
                self.observe(requests[index % requests.count], tracker)
            }
            return max(peak, Resources.residentMemory)
        }
        try await self.drain(tracker, observed: count + 5000)
        let time = Double(self.nanoseconds() - start) / 1e9
        let used = Resources.cpu - cpu
        run.cancel()
        try await run.value
        var result = Result()
        result.add("events_per_second", Double(count) / time)
        result.add("cpu_microseconds_per_event", used / Double(count))
        result.add("lost", count + 5000 - tracker.statistics.delivered())
        result.add("memory_mib", (peak - before) / 1_048_576)
        return result
    }

    /// Observes page views at a rate for five seconds, in equal steps of a millisecond or more; a visitor is an address.
    static func paced(rate: Int, visitors: Int, to destination: Destination) async throws -> Result {
        let tracker = try self.makeTracker(to: destination)
        let requests = try Requests.make(20_000, visitors: 1000)
        let run = Task { try await tracker.run() }
        for request in requests.prefix(200) { self.observe(request, tracker) }
        try await Task.sleep(for: .milliseconds(1500))

        let count = rate * 5
        let cpu = Resources.cpu
        let calls = await self.onThread {
            let start = self.nanoseconds()
            var (index, calls) = (0, UInt64(0))
            while index < count {
                let now = self.nanoseconds()
                let due = min(count, Int(Double(now - start) / 1e9 * Double(rate)))
                while index < due {
                    let peer = PeerAddress.ip(IPAddress(ipv4: 0x0A00_0000 &+ UInt32(index % visitors)))
                    self.observe((requests[index % requests.count].0, peer), tracker)
                    index += 1
                }
                calls += self.nanoseconds() - now
                usleep(1000)
            }
            return Double(calls)
        }
        let used = Resources.cpu - cpu
        // What the same thread takes without a tracker.
        let idle = Resources.cpu
        await self.onThread { for _ in 0..<4500 { usleep(1000) } }
        let waiting = Resources.cpu - idle
        run.cancel()
        try await run.value
        var result = Result()
        result.add("cpu_microseconds_per_event", max(0, used - waiting) / Double(count))
        result.add("caller_nanoseconds", calls / Double(count))
        result.add("delivered", tracker.statistics.delivered())
        result.add("dropped", tracker.statistics.dropped())
        return result
    }

    /// Observes page views at once, with the default limits.
    static func burst(_ count: Int) async throws -> Result {
        let tracker = try self.makeTracker(to: .http)
        let requests = try Requests.make(20_000, visitors: 1000)
        let run = Task { try await tracker.run() }
        try await Task.sleep(for: .milliseconds(100))
        let start = self.nanoseconds()
        let calls = await self.onThread {
            for index in 0..<count { self.observe(requests[index % requests.count], tracker) }
            return Double(self.nanoseconds() - start) / Double(count)
        }
        try await self.drain(tracker, observed: count)
        let time = Double(self.nanoseconds() - start) / 1e6
        run.cancel()
        try await run.value
        var result = Result()
        result.add("delivered", tracker.statistics.delivered())
        result.add("dropped_queue_full", tracker.statistics.dropped(.queueFull))
        result.add("caller_nanoseconds", calls)
        result.add("milliseconds", time)
        return result
    }

    /// Measures the calls of some threads at full speed, beside a running exporter with a sink that does nothing.
    static func callers(_ threads: Int, distinct: Int) async throws -> Result {
        let tracker = try self.makeTracker(to: .discard)
        let requests = try Requests.make(distinct, visitors: min(distinct, 1000))
        let run = Task { try await tracker.run() }
        let count = 200_000 / threads
        let results = await withTaskGroup(of: ([UInt64], UInt64).self) { group in
            for thread in 0..<threads {
                group.addTask {
                    await self.onThread {
                        var times = [UInt64](repeating: 0, count: count)
                        let cpu = self.nanoseconds(CLOCK_THREAD_CPUTIME_ID)
                        for index in 0..<count {
                            let request = requests[(index + thread * 31) % requests.count]
                            let start = self.nanoseconds()
                            self.observe(request, tracker)
                            times[index] = self.nanoseconds() - start
                        }
                        return (times, self.nanoseconds(CLOCK_THREAD_CPUTIME_ID) - cpu)
                    }
                }
            }
            var results: [(times: [UInt64], cpu: UInt64)] = []
            for await result in group { results.append(result) }
            return results
        }
        run.cancel()
        try await run.value
        let times = results.flatMap(\.times).sorted()
        let cpu = results.reduce(0) { $0 + $1.cpu }
        // What the clock itself takes.
        let clock = (0..<1001).map { _ in -Double(self.nanoseconds()) + Double(self.nanoseconds()) }.sorted()[500]
        func percentile(_ share: Double) -> Double { max(0, Double(times[Int(Double(times.count - 1) * share)]) - clock) }
        var result = Result()
        result.add("p50_nanoseconds", percentile(0.5))
        result.add("p99_nanoseconds", percentile(0.99))
        result.add("p999_nanoseconds", percentile(0.999))
        // The threads share the processors, and each other's time counts in the mean.
        result.add("cpu_nanoseconds", max(0, Double(cpu) / Double(times.count) - 2 * clock))
        result.add("mean_nanoseconds", Double(times.reduce(0, +)) / Double(times.count) - clock)
        return result
    }

    /// Measures how the resident memory grows by page views that wait in the queue.
    static func memory() throws -> Result {
        let count = 100_000
        let tracker = try self.makeTracker(to: .discard) {
            $0.queue.maximumEvents = 200_000
            $0.queue.maximumBytes = 1 << 30
        }
        let requests = try Requests.make(1000, visitors: 1000)
        for request in requests { self.observe(request, tracker) }
        let before = Resources.residentMemory
        for index in 0..<count { self.observe(requests[index % requests.count], tracker) }
        var result = Result()
        result.add("bytes_per_page_view", (Resources.residentMemory - before) / Double(count))
        return result
    }
}
