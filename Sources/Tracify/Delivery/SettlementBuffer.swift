//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// An event whose outcome is to be recorded.
struct SettledEvent: Sendable {
    /// The event's position in the store; 0 for an event that is in memory only.
    let position: UInt64
    let outcome: Settlement.Outcome
    /// The event and its failure, for a dead letter.
    var letter: (event: EncodedEvent, failure: DeliveryError)?
}

/// The outcomes that wait to be recorded in the store, or among the dead letters in memory.
///
/// Those that come while others are being recorded are recorded together. What fails stays here and is recorded again later, because
/// an acknowledgement that is lost means that its events are sent again after the next start.
struct SettlementBuffer: Sendable {
    /// The maximum number of outcomes that are recorded together.
    private static var maximumCount: Int { 1000 }

    private var waiting: [SettledEvent] = []
    private var inFlight: [SettledEvent] = []
    /// The dead letters of orders for which there is no room.
    private(set) var refused: [SettledEvent] = []
    private var failures = 0
    private var nextTry: DeliveryInstant?

    var isEmpty: Bool { self.waiting.isEmpty && self.inFlight.isEmpty }
    /// The number of outcomes that are not recorded yet.
    var count: Int { self.waiting.count + self.inFlight.count }
    /// The positions of the events whose outcomes are not recorded yet.
    var positions: [UInt64] { (self.waiting + self.inFlight + self.refused).map(\.position) }
    /// The time of the next attempt; `nil` when nothing waits for it.
    var due: DeliveryInstant? { self.inFlight.isEmpty && !(self.waiting.isEmpty && self.refused.isEmpty) ? self.nextTry : nil }

    mutating func add(_ events: some Sequence<SettledEvent>) {
        self.waiting.append(contentsOf: events)
    }

    /// Returns the next outcomes to record, if any are due.
    mutating func next(at now: DeliveryInstant) -> [SettledEvent]? {
        guard self.inFlight.isEmpty else { return nil }
        if let nextTry = self.nextTry {
            guard nextTry <= now else { return nil }
            self.nextTry = nil
            self.waiting += self.refused
            self.refused = []
        }
        guard !self.waiting.isEmpty else { return nil }
        self.inFlight = Array(self.waiting.prefix(Self.maximumCount))
        self.waiting.removeFirst(self.inFlight.count)
        return self.inFlight
    }

    /// Notes that outcomes were recorded, except those of refused positions.
    ///
    /// - Returns: The events that were recorded.
    mutating func recorded(refusing refused: (SettledEvent) -> Bool, retryAt time: DeliveryInstant) -> [SettledEvent] {
        let events = self.inFlight
        self.inFlight = []
        self.failures = 0
        var recorded: [SettledEvent] = []
        for event in events {
            if refused(event) { self.refused.append(event) } else { recorded.append(event) }
        }
        if recorded.count < events.count { self.nextTry = time }
        return recorded
    }

    /// Notes that nothing was recorded.
    mutating func failed(retryAfter pause: (Int) -> Duration, at now: DeliveryInstant) {
        self.waiting = self.inFlight + self.waiting
        self.inFlight = []
        self.failures += 1
        self.nextTry = now.advanced(by: pause(self.failures))
    }

    /// Removes and returns the dead letters for which there was no room.
    mutating func takeRefused() -> [SettledEvent] {
        defer { self.refused = [] }
        return self.refused
    }

    /// Whether nothing is being recorded, and what waits does so because recording failed.
    var isQuiet: Bool { self.isEmpty || self.due != nil }

    /// Removes and returns dead letters of events that are in memory only.
    mutating func removeWaiting(where isRemoved: (EncodedEvent) -> Bool) -> [EncodedEvent] {
        var removed: [EncodedEvent] = []
        self.waiting.removeAll { event in
            guard event.position == 0, let letter = event.letter?.event, isRemoved(letter) else { return false }
            removed.append(letter)
            return true
        }
        return removed
    }

    /// Makes the next attempt due, because there may be room again.
    mutating func retry(at now: DeliveryInstant) {
        if self.nextTry != nil { self.nextTry = now }
    }

    /// Removes and returns what is not recorded.
    mutating func removeAll() -> [SettledEvent] {
        defer { self = SettlementBuffer() }
        return self.inFlight + self.waiting + self.refused
    }
}
