//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// A point in time of an exporter.
///
/// Not the instant of its clock: everything that decides about deliveries would have to be generic over the clock.
struct DeliveryInstant: InstantProtocol {
    /// The time since the exporter was created.
    var offset = Duration.zero

    func advanced(by duration: Duration) -> DeliveryInstant { DeliveryInstant(offset: self.offset + duration) }

    func duration(to other: DeliveryInstant) -> Duration { other.offset - self.offset }

    static func < (lhs: DeliveryInstant, rhs: DeliveryInstant) -> Bool { lhs.offset < rhs.offset }
}
