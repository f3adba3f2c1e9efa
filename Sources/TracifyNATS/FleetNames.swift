//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if NATS
import Tracify

/// The names of a fleet's streams, consumers and subjects.
struct FleetNames: Sendable {
    let prefix: String

    /// The consumer of the relays, of each stream.
    static let consumer = "relay"

    /// The stream of a lane's events.
    func stream(of lane: DeliveryLane) -> String {
        switch lane {
        case .orders: "\(self.prefix)-orders"
        case .observations: "\(self.prefix)-observations"
        }
    }

    /// The stream of events that Tracify rejected.
    var deadLetters: String { "\(self.prefix)-dead-letters" }

    /// Returns the subject of an event.
    ///
    /// An order has one of its own, so that the stream refuses its repetition as long as it is there.
    func subject(_ type: EventType, _ id: EventID) -> String {
        let subject = "\(self.prefix).events.\(type.rawValue)"
        return DeliveryLane(type) == .orders ? "\(subject).\(id)" : subject
    }

    /// Returns the subjects of a stream.
    func subjects(of lane: DeliveryLane) -> [String] {
        EventType.allCases.filter { DeliveryLane($0) == lane }
            .map { "\(self.prefix).events.\($0.rawValue)" + (lane == .orders ? ".*" : "") }
    }

    /// Returns a new subject for the receipts of a process.
    func newReceiptSubject() -> String { "\(self.prefix).receipts.\(EventID())" }

    /// Whether a subject is one for receipts: a message may name any.
    func isReceiptSubject(_ subject: String) -> Bool {
        let head = "\(self.prefix).receipts."
        return subject.hasPrefix(head) && (try? EventID(String(subject.dropFirst(head.count)))) != nil
    }

    /// Returns the subject of a dead letter.
    func deadLetterSubject(_ lane: DeliveryLane) -> String { "\(self.prefix).dead.\(lane.rawValue)" }

    var deadLetterSubjects: String { "\(self.prefix).dead.*" }
}
#endif
