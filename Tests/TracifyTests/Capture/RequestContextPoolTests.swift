//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import HTTPTypes
import Testing

@testable import Tracify

/// A context is used again only when nothing else holds it, and then knows nothing of the request before.
struct RequestContextPoolTests {
    private struct UnexpectedSource: Error {}

    private func context(of visit: Visit) throws -> RequestContext {
        guard case .request(let context) = visit.source else { throw UnexpectedSource() }
        return context
    }

    private func target(of record: RequestRecord) -> String? { record.withParts { $0[.target].map(\.text) } }

    private func tracker(_ sink: InMemorySink = InMemorySink(), productPath: PathPattern? = nil) throws -> Tracker {
        try Tracker(
            configuration: .stub {
                $0.queue.maximumEvents = 100_000
                if let productPath { $0.capture.productPaths = [productPath] }
            },
            sink: sink
        )
    }

    @Test func forgetsTheRequestBefore() throws {
        let pool = RequestContextPool(.default)
        let request = Browsing.request("/first")
        let context = pool.take(request, from: .stub)
        let identity = ObjectIdentifier(context)
        _ = context.record(by: .default)
        #expect(context.isFirst([.pageView, .skip, .productView, .forwarding], by: .default))
        pool.put(context)
        #expect(context.head == nil)
        #expect(context.peer == .unknown)
        #expect(context.record(by: .default) == nil)

        let other = Browsing.request("/second")
        let again = pool.take(other, from: PeerAddress(text: "198.51.100.1"))
        #expect(ObjectIdentifier(again) == identity)
        #expect(again.head == other)
        #expect(again.isOf(other, from: PeerAddress(text: "198.51.100.1")))
        #expect(again.record(by: .default).flatMap(self.target) == "/second")
        for deed in [RequestContext.Deeds.pageView, .skip, .productView, .forwarding] {
            #expect(again.isFirst(deed, by: .default))
        }
    }

    @Test func keepsNoMoreThanItsCapacity() throws {
        let pool = RequestContextPool(.default)
        let request = Browsing.request()
        let contexts = (0..<RequestContextPool.capacity + 10).map { _ in pool.take(request, from: .stub) }
        for context in contexts { pool.put(context) }
        let known = Set(contexts.map(ObjectIdentifier.init))
        let again = (0..<contexts.count).map { _ in pool.take(request, from: .stub) }
        #expect(again.count { known.contains(ObjectIdentifier($0)) } == RequestContextPool.capacity)
        #expect(Set(again.map(ObjectIdentifier.init)).count == contexts.count)
    }

    /// The sequence of requests counts as it does without the pool: nothing of one request decides about the next.
    @Test func countsEachOfManyRequests() throws {
        let tracker = try self.tracker(productPath: PathPattern("/products/*"))
        let page = Browsing.request("/products/tea")
        for _ in 0..<10 {
            tracker.requestCompleted(page, from: .stub, response: Browsing.page)
            tracker.requestCompleted(page, from: .stub, response: HTTPResponse(status: .notFound))
        }
        #expect(tracker.statistics.queued == 20)
        #expect(tracker.statistics.skipped(.status) == 10)
    }

    /// A handler's task may hold the visit for longer than the request lasts.
    @Test func leavesAVisitThatIsKeptAlone() throws {
        let tracker = try self.tracker()
        let request = Browsing.request("/kept")
        let kept = tracker.visit(for: request, from: .stub)
        let context = try self.context(of: kept)
        tracker.requestCompleted(request, response: Browsing.page, visit: kept)
        let next = tracker.visit(for: Browsing.request("/next"), from: .stub)
        #expect(try self.context(of: next) !== context)
        #expect(context.record(by: tracker.rules).flatMap(self.target) == "/kept")
    }

    /// The context that knows the visit of another middleware, or no tracker's rules, stays out of the pool.
    @Test func takesOnlyItsOwnContexts() throws {
        let (first, second) = (try self.tracker(), try self.tracker())
        let request = Browsing.request()
        let outer = first.visit(for: request, from: .stub)
        Visit.$current.withValue(outer) { second.requestCompleted(request, from: .stub, response: Browsing.page) }
        second.requestCompleted(request, response: Browsing.page, visit: Visit(request, from: .stub))
        let next = second.visit(for: request, from: .stub)
        #expect(try self.context(of: next).isReusable(by: second.rules))
        #expect(try self.context(of: next) !== self.context(of: outer))
    }

    /// Each event has the page of its own request, whichever tasks hold which visits.
    @Test func tellsRequestsOfManyTasksApart() async throws {
        let sink = InMemorySink()
        let tracker = try self.tracker(sink)
        let (tasks, requests) = (8, 300)
        try await running(tracker) {
            await withTaskGroup(of: Void.self) { group in
                for task in 0..<tasks {
                    group.addTask {
                        for number in 0..<requests {
                            let request = Browsing.request("/\(task)-\(number)")
                            let visit = tracker.visit(for: request, from: .stub)
                            if number.isMultiple(of: 3) {
                                async let report: Void = tracker.productViewed(by: visit)
                                tracker.requestCompleted(request, response: Browsing.page, visit: visit)
                                await report
                            } else {
                                await Task.yield()
                                tracker.requestCompleted(request, response: Browsing.page, visit: visit)
                            }
                        }
                    }
                }
            }
        }
        let expected = (0..<tasks).flatMap { task in (0..<requests).map { (task, $0) } }
        func url(_ task: Int, _ number: Int) -> String { "https://shop.example/\(task)-\(number)" }
        func urls(_ type: EventType) -> [String] { sink.events.filter { $0.type == type }.map(\.url.description).sorted() }
        #expect(urls(.pageView) == expected.map(url).sorted())
        #expect(urls(.productView) == expected.filter { $0.1.isMultiple(of: 3) }.map(url).sorted())
    }
}
