//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if NATS
import CNATS
import Tracify

/// A call of libnats that failed, or a broker that refused a request.
struct BrokerFailure: Error, CustomStringConvertible {
    let status: natsStatus
    /// The code of JetStream; 0 without one.
    let code: Int
    let text: String

    init(_ status: natsStatus, code: Int = 0, text: String? = nil) {
        self.status = status
        self.code = code
        self.text = text ?? String(cString: natsStatus_GetText(status))
    }

    /// JetStream's own text, or libnats's: neither has anything of a message or of the credentials.
    var description: String { self.code == 0 ? self.text : "\(self.text) (\(self.code))" }

    static func check(_ status: natsStatus) throws(BrokerFailure) {
        if status != NATS_OK { throw BrokerFailure(status) }
    }

    /// Whether a cluster that has just been started, or that chooses a leader, refused a request.
    var isTransient: Bool {
        switch self.code {
        // No peers, not available, no leader, a request of the setup that was lost.
        case 10_005, 10_008, 10_009, 10_023: true
        default: self.status == NATS_NO_RESPONDERS || self.status == NATS_TIMEOUT
        }
    }

    /// The code of a message that a stream does not take, for one of its limits.
    private static let storeFailed = 10_077
    private static let messageTooLarge = 10_054

    /// Returns what a broker's response to a message means; `nil` if the broker has the message.
    static func deliveryError(_ failure: jsPubAckErr) -> DeliveryError? {
        let text = failure.ErrText.map { String(cString: $0) } ?? ""
        let code = Int(failure.ErrCode.rawValue)
        // The order is in the stream already.
        if code == self.storeFailed, text.contains("per subject") { return nil }
        if code == self.messageTooLarge { return .rejected("the stream refuses messages of this size") }
        switch failure.Err {
        case NATS_NO_RESPONDERS:
            return .retryable("no stream takes the event: there is none, or it has no leader")
        case NATS_TIMEOUT:
            return .retryable("no broker acknowledged the event in time")
        default:
            return .retryable("the stream refused the event: \(text.isEmpty ? "\(BrokerFailure(failure.Err))" : text)")
        }
    }

    /// Returns the failure as that of a delivery.
    var deliveryError: DeliveryError {
        switch self.status {
        case NATS_CONNECTION_AUTH_FAILED, NATS_NOT_PERMITTED: .unauthorized("the broker refuses the credentials")
        case NATS_MAX_PAYLOAD: .rejected("the broker refuses messages of this size")
        default: .retryable("the broker: \(self)")
        }
    }
}
#endif
