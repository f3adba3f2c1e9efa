//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

extension DeliverySchedule {
    enum Step: Sendable {
        /// Send this, and report the result.
        case send(Attempt)
        /// More can be sent than is known here.
        case fetch
        /// Nothing to do until a delivery completes, or until the time, if there is one.
        case wait(until: DeliveryInstant?)
    }

    /// The consequence of a delivery.
    enum Consequence: Sendable, Equatable {
        /// The events were accepted.
        case delivered
        /// The batch will be sent again, as it is or in parts.
        ///
        /// A failure counts when others were accepted since the last one.
        case retried(countsFailure: Bool)
        /// The batch, a single event, becomes a dead letter.
        case deadLetter(reason: String)
        /// Whether the batch was accepted is unknown, and it is not sent again.
        case unconfirmed
    }
}
