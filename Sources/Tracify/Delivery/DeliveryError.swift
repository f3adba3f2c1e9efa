//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// The failure of a delivery.
///
/// A sink only classifies it; what follows is decided by the ``Tracker``, the same for every sink.
///
/// The codes are those of the contract, section "Delivery classes". A failure never carries a visitor's address, an event's content
/// or the token: reasons are logged and stored.
public struct DeliveryError: Error, Hashable, Sendable {
    /// The kind of failure.
    ///
    /// A struct, so that kinds can be added without breaking a `switch`.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        /// The name of the kind, short and bounded, fit for a metric's label.
        public let description: String

        /// A transient failure: the destination is down, busy or slow.
        public static let retryable = Code(description: "retryable")
        /// The destination rejects these events as they are.
        public static let rejected = Code(description: "rejected")
        /// The batch is larger than the destination accepts.
        public static let tooLarge = Code(description: "too_large")
        /// The destination answered, but not whether it accepted the batch.
        public static let unconfirmed = Code(description: "unconfirmed")
        /// The destination accepts nothing with these settings: the token or the endpoint is wrong.
        public static let unauthorized = Code(description: "unauthorized")
        /// The events are on their way, at a broker, and the destination has not confirmed them yet.
        public static let awaitingReceipt = Code(description: "awaiting_receipt")
    }

    /// The kind of failure.
    public let code: Code
    /// What happened, in one line, at most 512 bytes, without control characters, marks of direction and other invisible characters.
    public let reason: String
    /// The pause that the destination requests, if it does.
    public let retryAfter: Duration?

    /// The maximum length of a reason, in bytes; a longer one is cut.
    ///
    /// The destination chooses part of it.
    package static let maximumReasonLength = 512

    private init(code: Code, reason: String, retryAfter: Duration? = nil) {
        self.code = code
        self.reason = DeliveryError.printable(reason)
        self.retryAfter = retryAfter
    }

    /// Returns a reason with a space for each character that is not visible, cut to the maximum length.
    ///
    /// Line separators would begin a new log line, and marks of direction (U+202E and others) change the order in which a line is read.
    /// A space, and not nothing: text that a character interrupts, such as a token, must not become whole.
    private static func printable(_ reason: String) -> String {
        var text = ""
        var length = 0
        for scalar in reason.unicodeScalars {
            let visible = self.isVisible(scalar) ? scalar : " "
            length += UTF8.width(visible)
            guard length <= self.maximumReasonLength else { break }
            text.unicodeScalars.append(visible)
        }
        return text
    }

    private static func isVisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned: false
        default: !scalar.properties.isDefaultIgnorableCodePoint
        }
    }

    /// Returns a transient failure: the tracker retries the batch.
    ///
    /// - Parameters:
    ///   - reason: What happened, in one line.
    ///   - retryAfter: The pause that the destination requests, if it does.
    /// - Returns: A transient failure: the tracker retries the batch.
    public static func retryable(_ reason: String, after retryAfter: Duration? = nil) -> DeliveryError {
        DeliveryError(code: .retryable, reason: reason, retryAfter: retryAfter)
    }

    /// Returns a rejection: the tracker bisects the batch to isolate the bad event.
    ///
    /// - Parameter reason: The destination's reason, in one line.
    /// - Returns: A rejection: the tracker bisects the batch to isolate the bad event.
    public static func rejected(_ reason: String) -> DeliveryError {
        DeliveryError(code: .rejected, reason: reason)
    }

    /// Returns a failure of size: the tracker halves the batch and learns the limit.
    ///
    /// - Parameter reason: What happened, in one line.
    /// - Returns: A failure of size: the tracker halves the batch and learns the limit.
    public static func tooLarge(_ reason: String) -> DeliveryError {
        DeliveryError(code: .tooLarge, reason: reason)
    }

    /// Returns a failure to confirm: whether the destination accepted the batch is unknown.
    ///
    /// The tracker repeats the batch a few times. Then it counts page views, product views and add-to-carts as unconfirmed, and moves
    /// orders and conversions to the dead letters.
    ///
    /// - Parameter reason: What happened, in one line.
    /// - Returns: A failure to confirm.
    public static func unconfirmed(_ reason: String) -> DeliveryError {
        DeliveryError(code: .unconfirmed, reason: reason)
    }

    /// Returns that the events are on their way, and that the destination has not confirmed them yet.
    ///
    /// The tracker keeps them, delivers others meanwhile, and retries after a pause. It is no failure of the destination.
    ///
    /// - Parameters:
    ///   - reason: What is missing, in one line.
    ///   - pause: The pause before the retry; as after a failure when `nil`.
    /// - Returns: That the events are on their way.
    public static func awaitingReceipt(_ reason: String, retryAfter pause: Duration? = nil) -> DeliveryError {
        DeliveryError(code: .awaitingReceipt, reason: reason, retryAfter: pause)
    }

    /// Returns a failure of the settings: the tracker keeps the events, pauses and probes.
    ///
    /// - Parameter reason: What happened, in one line, without the token.
    /// - Returns: A failure of the settings: the tracker keeps the events, pauses and probes.
    public static func unauthorized(_ reason: String) -> DeliveryError {
        DeliveryError(code: .unauthorized, reason: reason)
    }
}

extension DeliveryError: CustomStringConvertible {
    /// One line.
    public var description: String { "\(self.code): \(self.reason)" }
}
