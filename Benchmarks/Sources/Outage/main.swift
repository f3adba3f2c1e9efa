import BenchmarkSupport
import HTTPTypes
import Logging
import Synchronization
import Tracify
import TracifySQLite

#if canImport(Glibc)
import Glibc
#endif

// The far end is down while a million events come in; then it works again. Run in release mode:
//
//     swift run -c release --package-path Benchmarks Outage [store]
//
// With the word `store` events are kept in SQLite, in the current directory's `outage.sqlite`, which is removed first.

let total = 1_000_000
let orderEvery = 1000

/// Fails until it is told not to.
final class Switch: EventSink {
    private let isDown = Atomic(true)
    private let taken = Atomic(0)

    var count: Int { self.taken.load(ordering: .relaxed) }

    func turnOn() { self.isDown.store(false, ordering: .relaxed) }

    func deliver(_ batch: EventBatch) async throws {
        if self.isDown.load(ordering: .relaxed) { throw DeliveryError.retryable("down") }
        self.taken.add(batch.count, ordering: .relaxed)
    }
}

/// The process's resident memory, in MiB.
func residentMemory() -> Double {
    guard let file = fopen("/proc/self/statm", "r") else { return 0 }
    defer { fclose(file) }
    var text = [CChar](repeating: 0, count: 128)
    guard fgets(&text, 128, file) != nil else { return 0 }
    let fields = String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self).split(separator: " ")
    return fields.dropFirst().first.flatMap { Double($0) }.map { $0 * 4096 / 1_048_576 } ?? 0
}

extension Tracker {
    /// How many events are neither delivered nor given up.
    var unsettled: Int {
        let statistics = self.statistics
        return EventType.allCases.reduce(0) { count, type in
            count + statistics.captured(type) - statistics.delivered(type)
                - DropReason.allCases.reduce(0) { $0 + statistics.dropped($1, type) }
        }
    }
}

let sink = Switch()
var configuration = Tracker.Configuration(customerSiteID: try CustomerSiteID("6b29fc40-ca47-1067-b31d-00dd010662da"))
configuration.shutdown.gracefulDeadline = .seconds(600)
configuration.shutdown.cancellationDeadline = .seconds(600)
configuration.retry.cap = .seconds(1)
var store: SQLiteEventStore?
if CommandLine.arguments.contains("store") {
    for suffix in ["", "-wal", "-shm", ".lock"] { unlink("outage.sqlite\(suffix)") }
    var settings = SQLiteEventStore.Configuration(path: "outage.sqlite")
    settings.maximumBytes = 256 * 1024 * 1024
    store = try SQLiteEventStore(configuration: settings)
}
let tracker = try Tracker(
    configuration: configuration,
    sink: sink,
    store: store,
    logger: Logger(label: "outage", factory: { _ in SwiftLogNoOpLogHandler() })
)
let requests = try Requests.make(1000, visitors: 1000)
let before = residentMemory()
let run = Task { try await tracker.run() }
let clock = ContinuousClock()

var peak = before
let filling = try await clock.measure {
    for index in 0..<total {
        let (request, peer) = requests[index % requests.count]
        let visit = tracker.visit(for: request, from: peer)
        if index % orderEvery == 0 {
            try await tracker.orderPlaced(Order(id: "\(index)", currency: .eur, amount: Amount("10")), by: visit)
        } else {
            tracker.requestAnswered(request, of: visit, with: Requests.response)
        }
        if index % 10_000 == 0 {
            peak = max(peak, residentMemory())
            await Task.yield()
        }
    }
}
peak = max(peak, residentMemory())
let health = tracker.health

sink.turnOn()
let draining = try await clock.measure {
    // Not ended before: with a store, a tracker that ends while the far end still counts as down leaves it all for the next start.
    while tracker.unsettled > 0 { try await Task.sleep(for: .milliseconds(5)) }
}
run.cancel()
try await run.value
let statistics = tracker.statistics
print("\(total) events in \(filling) while the far end was down; health: \(health.isHealthy ? "healthy" : "failing")")
print("memory: \(Int(before)) MiB before, \(Int(peak)) MiB at most")
print("orders: \(statistics.captured(.purchase)) accepted, \(statistics.delivered(.purchase)) delivered")
print("page views: \(statistics.captured(.pageView)) captured, \(statistics.delivered(.pageView)) delivered, dropped:")
for reason in DropReason.allCases where statistics.dropped(reason) > 0 {
    print("    \(statistics.dropped(reason)) \(reason.rawValue)")
}
print("recovery: \(draining) until everything that was kept had arrived, \(sink.count) events")
