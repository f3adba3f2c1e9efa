//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Tracing
import InMemoryTracing
import Testing
import Tracing

@testable import Tracify

@Suite(.timeLimit(.minutes(5)))
struct TracingTests {
    private let tracer = InMemoryTracer()

    private var deliveries: [FinishedInMemorySpan] { self.tracer.finishedSpans.filter { $0.operationName == "send tracify" } }

    private func tracker(
        _ sink: some EventSink,
        clock: ManualClock = ManualClock(),
        maximumEvents: Int = 50
    ) throws -> Tracker {
        let configuration = try Tracker.Configuration.stub {
            $0.batches.maximumEvents = maximumEvents
            $0.shutdown.gracefulDeadline = .seconds(10)
        }
        return try Tracker(configuration: configuration, sink: sink, clock: clock)
    }

    @Test func deliveryIsATraceOfItsOwn() async throws {
        let tracker = try self.tracker(InMemorySink())
        try await withTracer(self.tracer) {
            try await withSpan("start of the shop") { _ in
                try await running(tracker) {
                    tracker.view("/a")
                    tracker.view("/b")
                }
            }
        }
        let span = try #require(self.deliveries.first)
        #expect(self.deliveries.count == 1)
        #expect(span.kind == .client)
        #expect(span.parentSpanID == nil)
        #expect(span.attributes.get("messaging.system") == "tracify")
        #expect(span.attributes.get("messaging.operation.name") == "send")
        #expect(span.attributes.get("messaging.operation.type") == "send")
        #expect(span.attributes.get("messaging.batch.message_count") == .int64(2))
        #expect(span.attributes.get("tracify.lane") == "observations")
        #expect(span.attributes.get("tracify.failures") == .int64(0))
        #expect(span.attributes.get("error.type") == nil)
        #expect(span.status == nil)
        #expect(span.links.isEmpty)
    }

    @Test func failedDeliveryHasItsCodeAndNoText() async throws {
        struct ForeignError: Error {}
        let results: [any Error] = [DeliveryError.rejected("jane@example.com"), ForeignError()]
        for (error, code) in zip(results, ["rejected", "retryable"]) {
            let tracer = InMemoryTracer()
            let clock = ManualClock()
            let tracker = try self.tracker(FailingSink(error: error), clock: clock)
            try await withTracer(tracer) {
                try await running(tracker) {
                    tracker.view()
                    Task {
                        // The ticker, and once the shutdown has begun, the watchdog.
                        await clock.waitForSleepers(2)
                        clock.advance(by: .seconds(10))
                    }
                }
            }
            let span = try #require(tracer.finishedSpans.first)
            #expect(span.attributes.get("error.type") == .string(code))
            #expect(span.status?.code == .error)
            #expect(span.status?.message == nil)
            #expect(span.errors.isEmpty)
            #expect(!"\(span)".contains("jane"))
        }
    }

    @Test func cancelledDeliveryEndsItsSpan() async throws {
        let sink = GatedSink()
        let clock = ManualClock()
        let tracker = try self.tracker(sink, clock: clock, maximumEvents: 1)
        try await withTracer(self.tracer) {
            try await running(tracker) {
                tracker.view()
                await sink.waitForDeliveries(1)
                Task {
                    await clock.waitForSleepers(2)
                    clock.advance(by: .seconds(10))
                }
            }
        }
        #expect(self.deliveries.map { $0.attributes.get("error.type") } == ["cancelled"])
        #expect(self.tracer.activeSpans.isEmpty)
    }

    @Test func orderHasItsTraceInReceiptReportAndLink() async throws {
        let tracker = try self.tracker(InMemorySink())
        let reports = tracker.deliveryReports()
        let id = try await withTracer(self.tracer) {
            let receipt = try await withSpan("POST /checkout") { _ in
                try await tracker.orderPlaced(.stub(), by: Browsing.visit("/checkout"))
            }
            let other = try await tracker.orderPlaced(.stub(id: "2"), by: Browsing.visit("/checkout"))
            #expect(other.traceID == nil)
            try await running(tracker) {}
            return try #require(receipt.eventID)
        }
        let request = try #require(self.tracer.finishedSpans.first { $0.operationName == "POST /checkout" })
        var traceIDs: [[EventID: String]] = []
        for await report in reports { traceIDs.append(report.traceIDs) }
        #expect(traceIDs == [[id: request.traceID]])
        let links = self.deliveries.flatMap(\.links)
        #expect(links.map(\.context.inMemorySpanContext?.traceID) == [request.traceID])
        #expect(links.map(\.context.inMemorySpanContext?.spanID) == [request.spanID])
        #expect(links.first?.attributes.get("tracify.event_id") == .string("\(id)"))
    }

    @Test func receiptHasTheTraceIDOfW3CTraceContext() async throws {
        let tracker = try self.tracker(InMemorySink())
        let receipt = try await withTracer(W3CTracer()) {
            try await withSpan("POST /checkout") { _ in
                try await tracker.orderPlaced(.stub(), by: Browsing.visit("/checkout"))
            }
        }
        #expect(receipt.traceID == "4bf92f3577b34da6a3ce929d0e0e4736")
        try await running(tracker) {}
    }

    @Test func onlyTheLatestTracesAreRemembered() throws {
        let tracing = DeliveryTracing()
        let ids = (0...DeliveryTracing.capacity).map { _ in EventID() }
        withTracer(self.tracer) {
            withSpan("POST /checkout") { _ in
                for id in ids { tracing.remember(id) }
            }
        }
        #expect(tracing.traceID(of: ids[0]) == nil)
        #expect(ids.dropFirst().allSatisfy { tracing.traceID(of: $0) != nil })
    }
}

private struct FailingSink: EventSink {
    let error: any Error

    func deliver(_ batch: EventBatch) async throws { throw self.error }
}

/// Propagates the trace of the specification's example.
private struct W3CTracer: Tracer {
    private let tracer = InMemoryTracer()

    func startSpan<Instant: TracerInstant>(
        _ operationName: String,
        context: @autoclosure () -> ServiceContext,
        ofKind kind: SpanKind,
        at instant: @autoclosure () -> Instant,
        function: String,
        file fileID: String,
        line: UInt
    ) -> InMemorySpan {
        self.tracer.startSpan(
            operationName,
            context: context(),
            ofKind: kind,
            at: instant(),
            function: function,
            file: fileID,
            line: line
        )
    }

    func forceFlush() {}

    func extract<Carrier, Extract: Extractor>(_ carrier: Carrier, into context: inout ServiceContext, using extractor: Extract)
    where Extract.Carrier == Carrier {}

    func inject<Carrier, Inject: Injector>(_ context: ServiceContext, into carrier: inout Carrier, using injector: Inject)
    where Inject.Carrier == Carrier {
        injector.inject("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", forKey: "traceparent", into: &carrier)
    }
}
#endif
