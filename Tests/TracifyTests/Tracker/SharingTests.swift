//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Testing

@testable import Tracify

struct SharingTests {
    private func tracker(
        _ sink: some EventSink,
        store: (any EventStore)? = nil,
        _ change: (inout Tracker.Configuration) -> Void = { _ in }
    ) throws -> Tracker {
        try Tracker(configuration: .stub(change), sink: sink, store: store, clock: ManualClock())
    }

    @Test func refusesTheSinkOfAnotherTracker() throws {
        let sink = ScriptedSink()
        let first = try self.tracker(sink)
        let error = #expect(throws: TrackerError.sinkInUse) { try self.tracker(sink) }
        #expect(error?.code == .sinkInUse)
        #expect(throws: TrackerError.sinkInUse) { try self.tracker(sink) { $0.isEnabled = false } }
        _ = try self.tracker(ScriptedSink())
        withExtendedLifetime(first) {}
    }

    @Test func refusesTheStoreOfAnotherTracker() throws {
        let store = RecordingStore()
        let sink = ScriptedSink()
        let first = try self.tracker(InMemorySink(), store: store)
        #expect(throws: TrackerError.storeInUse) { try self.tracker(sink, store: store) }
        // The refused tracker has not kept its sink.
        let second = try self.tracker(sink, store: RecordingStore())
        withExtendedLifetime([first, second]) {}
    }

    @Test func refusesASinkThatIsAnActor() throws {
        actor ActorSink: EventSink {
            func deliver(_ batch: EventBatch) async throws {}
        }
        let sink = ActorSink()
        let first = try self.tracker(sink)
        #expect(throws: TrackerError.sinkInUse) { try self.tracker(sink) }
        withExtendedLifetime(first) {}
    }

    @Test func refusesASinkOfAnotherTrackersMultiplex() throws {
        let sink = ScriptedSink()
        let multiplex = MultiplexSink([MultiplexSink([InMemorySink(), sink])])
        let first = try self.tracker(multiplex)
        #expect(throws: TrackerError.sinkInUse) { try self.tracker(multiplex) }
        #expect(throws: TrackerError.sinkInUse) { try self.tracker(sink) }
        #expect(throws: TrackerError.sinkInUse) { try self.tracker(MultiplexSink([.bestEffort(sink)])) }
        withExtendedLifetime(first) {}
    }

    @Test func acceptsASinkTwiceInOneMultiplex() throws {
        let sink = ScriptedSink()
        _ = try self.tracker(MultiplexSink([sink, sink]))
    }

    @Test func sharesSinksThatMayBeShared() async throws {
        let sink = InMemorySink()
        let first = try self.tracker(sink)
        let second = try self.tracker(MultiplexSink([sink]))
        try await running(first) {
            try await running(second) {
                first.view("/1")
                second.view("/2")
            }
            first.view("/3")
        }
        #expect(Set(sink.events.map(\.url.text)) == Set((1...3).map { "https://shop.example/\($0)" }))
        #expect(sink.events.count == 3)
    }

    @Test func doesNotCheckValues() throws {
        struct ValueSink: EventSink {
            func deliver(_ batch: EventBatch) async throws {}
        }
        let sink = ValueSink()
        let trackers = try [self.tracker(sink), self.tracker(sink)]
        withExtendedLifetime(trackers) {}
    }

    @Test(arguments: [true, false])
    func acceptsSinkAndStoreAfterTheFirstTrackerHasEnded(isEnabled: Bool) async throws {
        let sink = ScriptedSink()
        let store = RecordingStore()
        let first = try self.tracker(sink, store: store) { $0.isEnabled = isEnabled }
        try await running(first) {
            #expect(throws: TrackerError.sinkInUse) { try self.tracker(sink) }
            #expect(throws: TrackerError.storeInUse) { try self.tracker(InMemorySink(), store: store) }
        }
        let second = try self.tracker(sink, store: store)
        // The end of the first one's life changes nothing for the second.
        withExtendedLifetime(first) {}
        #expect(throws: TrackerError.sinkInUse) { try self.tracker(sink) }
        withExtendedLifetime(second) {}
    }

    @Test func acceptsSinkAndStoreOfATrackerThatNeverRan() throws {
        let sink = ScriptedSink()
        let store = RecordingStore()
        for _ in 1...3 {
            let tracker = try self.tracker(sink, store: store)
            #expect(throws: TrackerError.sinkInUse) { try self.tracker(sink) }
            withExtendedLifetime(tracker) {}
        }
    }

    @Test func failedInitializerKeepsNoClaim() throws {
        let sink = ScriptedSink()
        let store = RecordingStore()
        #expect(throws: ValidationError.self) { try self.tracker(sink, store: store) { $0.queue.maximumEvents = 0 } }
        #expect(throws: ValidationError.self) { try self.tracker(sink, store: store) { $0.capture.urlParameters = ["order_id"] } }
        _ = try self.tracker(sink, store: store)
    }

    @Test func namesWhatIsInUseAndTheRemedy() {
        #expect("\(TrackerError.sinkInUse)".hasPrefix("The sink is in use by another tracker of this process. "))
        #expect("\(TrackerError.storeInUse)".hasPrefix("The store is in use by another tracker of this process. "))
        #expect(TrackerError.storeInUse.code.description == "store in use")
    }
}
