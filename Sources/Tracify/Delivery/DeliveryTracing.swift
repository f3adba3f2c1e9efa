//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Tracing
import DequeModule
import Synchronization
import Tracing

/// A span for each delivery, with links to the traces of its orders, and the trace IDs of orders.
///
/// A shop's order and its delivery are different traces: a batch has events of many requests, and may be delivered hours later.
final class DeliveryTracing: Sendable {
    /// The fields by which a tracer continues a trace elsewhere, such as `traceparent`.
    private typealias Fields = [String: String]

    private struct Traces {
        var fields: [EventID: Fields] = [:]
        /// The oldest first.
        var ids: Deque<EventID> = []
    }

    /// The number of orders whose traces are remembered, of which each takes some hundred bytes.
    static let capacity = 4096

    private let traces = Mutex(Traces())

    /// Remembers the trace of the current task for an event.
    ///
    /// Its fields and not its context: that may hold anything of the shop's.
    func remember(_ id: EventID) {
        guard let context = ServiceContext.current else { return }
        var fields: Fields = [:]
        InstrumentationSystem.instrument.inject(context, into: &fields, using: FieldAccess())
        guard !fields.isEmpty else { return }
        self.traces.withLock { traces in
            if traces.ids.count == Self.capacity, let oldest = traces.ids.popFirst() { traces.fields[oldest] = nil }
            traces.ids.append(id)
            traces.fields[id] = fields
        }
    }

    /// Returns the trace ID of an event; `nil` when there was no trace, or it is remembered no longer.
    func traceID(of id: EventID) -> String? { self.fields(of: id).flatMap(Self.traceID) }

    private func fields(of id: EventID) -> Fields? { self.traces.withLock { $0.fields[id] } }

    /// Returns the trace ID as W3C Trace Context has it, else the one of a field such as `X-B3-TraceId`.
    private static func traceID(in fields: Fields) -> String? {
        for (name, value) in fields where name.lowercased() == "traceparent" {
            let parts = value.split(separator: "-", maxSplits: 2, omittingEmptySubsequences: false)
            if parts.count == 3 { return String(parts[1]) }
        }
        return fields.first { name, _ in name.lowercased().filter { $0 != "-" }.hasSuffix("traceid") }?.value
    }

    /// Delivers a batch inside of a span.
    ///
    /// The span gets the failure's code only, never its text.
    func withSpan(
        of attempt: DeliveryAttempt,
        isolation: isolated (any Actor)? = #isolation,
        _ deliver: () async -> DeliveryResult
    ) async -> DeliveryResult {
        // A trace of its own, and not a part of the one in which the tracker was started.
        await Tracing.withSpan("send tracify", context: .topLevel, ofKind: .client) { span in
            self.addLinks(to: span, of: attempt)
            span.updateAttributes { attributes in
                attributes["messaging.system"] = "tracify"
                attributes["messaging.operation.name"] = "send"
                attributes["messaging.operation.type"] = "send"
                attributes["messaging.batch.message_count"] = attempt.batch.count
                attributes["tracify.lane"] = "\(attempt.lane)"
                attributes["tracify.failures"] = attempt.failures
            }
            let result = await deliver()
            if let code = result.isCancelled ? "cancelled" : result.failure.map({ "\($0.code)" }) {
                span.attributes["error.type"] = code
                span.setStatus(SpanStatus(code: .error))
            }
            return result
        }
    }

    private func addLinks(to span: any Span, of attempt: DeliveryAttempt) {
        guard span.isRecording, attempt.lane == .orders else { return }
        for event in attempt.batch.entries {
            guard let fields = self.fields(of: event.header.id) else { continue }
            var context = ServiceContext.topLevel
            InstrumentationSystem.instrument.extract(fields, into: &context, using: FieldAccess())
            span.addLink(SpanLink(context: context, attributes: ["tracify.event_id": "\(event.header.id)"]))
        }
    }

    private struct FieldAccess: Injector, Extractor {
        func inject(_ value: String, forKey key: String, into carrier: inout Fields) { carrier[key] = value }
        func extract(key: String, from carrier: Fields) -> String? { carrier[key] }
    }
}
#else
/// Without the trait `Tracing`: no spans and no trace IDs.
struct DeliveryTracing: Sendable {
    func remember(_ id: EventID) {}
    func traceID(of id: EventID) -> String? { nil }
    func withSpan(
        of attempt: DeliveryAttempt,
        isolation: isolated (any Actor)? = #isolation,
        _ deliver: () async -> DeliveryResult
    ) async -> DeliveryResult { await deliver() }
}
#endif

/// What a sink did with a batch.
enum DeliveryResult: Sendable {
    case accepted
    case failed(DeliveryError)
    /// The shutdown cancelled it.
    case cancelled

    var failure: DeliveryError? { if case .failed(let error) = self { error } else { nil } }
    var isCancelled: Bool { if case .cancelled = self { true } else { false } }
}
